import { z } from 'zod';
import { parseJson } from '../encoding/parse-json.ts';
import type { SigningKey, VerificationKey } from '../keys/signing-key.ts';
import { hexHashSchema, signEnvelope, verifyEnvelope, type Envelope } from './envelope.ts';

const payloadType = 'application/vnd.secret-store.audit-head.v1+json';

export const auditHeadSchema = z.strictObject({
  /** Of the last restore, as `RestoreEpoch.epoch`; 0 in a store that was never restored. */
  epoch: z.int().min(0),
  /** Of the last event of the chain; 0 before the first. */
  sequence: z.int().min(0),
  /** SHA-256 (hex) of that event. */
  hash: hexHashSchema,
});

/** A backend's word for the end of the audit chain at a moment. Of two, the one with the greater epoch, then sequence, is newer. */
export type AuditHead = z.infer<typeof auditHeadSchema>;

export const signAuditHead = (head: AuditHead, signer: SigningKey): Envelope =>
  signEnvelope(payloadType, parseJson(auditHeadSchema, head, 'the audit head'), signer);

/** @throws {SealingError} BAD_SIGNATURE for any edit or another signer */
export const verifyAuditHead = (envelope: unknown, signerKey: VerificationKey): AuditHead =>
  verifyEnvelope(payloadType, auditHeadSchema, envelope, signerKey);
