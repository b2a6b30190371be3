import { z } from 'zod';
import { base64urlBytes } from '../encoding/base64url.ts';
import { parseJson } from '../encoding/parse-json.ts';
import type { SigningKey, VerificationKey } from '../keys/signing-key.ts';
import { auditHeadSchema } from '../signed/audit-head.ts';
import { signEnvelope, verifyEnvelope, type Envelope } from '../signed/envelope.ts';
import { toldHintsSchema } from './hint-chain.ts';

const payloadType = 'application/vnd.secret-store.beat.v1+json';

const beatSchema = z.strictObject({
  /** of the backend's process, by chance: time and hints are its own */
  instance: base64urlBytes(16),
  /** when the reading began, in milliseconds of the process's own clock, which is never set */
  time: z.int().min(0),
  hints: toldHintsSchema,
  /** the newest head in the database; null before the first */
  head: auditHeadSchema.nullable(),
});

/**
 * A backend's word that it has read everything which was committed when the reading began, and has told these hints of it. One
 * signature serves all streams.
 */
export type Beat = z.infer<typeof beatSchema>;

export const signBeat = (beat: Beat, signer: SigningKey): Envelope =>
  signEnvelope(payloadType, parseJson(beatSchema, beat, 'the beat'), signer);

/** @throws {SealingError} BAD_SIGNATURE for any edit or another signer */
export const verifyBeat = (envelope: unknown, signerKey: VerificationKey): Beat =>
  verifyEnvelope(payloadType, beatSchema, envelope, signerKey);
