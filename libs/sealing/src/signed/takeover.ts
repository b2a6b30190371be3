import { z } from 'zod';
import { parseJson } from '../encoding/parse-json.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { hexHashSchema, signEnvelope, verifyEnvelope, type Envelope } from './envelope.ts';
import type { RootPublic } from './root.ts';

const payloadType = 'application/vnd.secret-store.takeover.v1+json';

const takeoverSchema = z.strictObject({
  takeover: z.literal(true),
  /** Of the store that takes over. */
  rootFingerprint: hexHashSchema,
  at: z.iso.datetime(),
});

/** The root's word that a backend may take over a database whose rows were never checked. */
export type Takeover = z.infer<typeof takeoverSchema>;

/** @param rootKey the root's own, from the recovery file: no other key's word is taken */
export const signTakeover = (takeover: Takeover, rootKey: SigningKey): Envelope =>
  signEnvelope(payloadType, parseJson(takeoverSchema, takeover, 'the takeover'), rootKey);

/** @throws {SealingError} BAD_SIGNATURE when another key than the root's signed it, UNTRUSTED when it is for another store */
export const verifyTakeover = (envelope: unknown, root: RootPublic): Takeover => {
  const takeover = verifyEnvelope(payloadType, takeoverSchema, envelope, root.verificationKey);
  if (takeover.rootFingerprint === root.fingerprint) return takeover;
  throw new SealingError('UNTRUSTED', 'the takeover is for another store');
};
