import { z } from 'zod';
import { parseJson } from '../encoding/parse-json.ts';
import type { SigningKey, VerificationKey } from '../keys/signing-key.ts';
import { signEnvelope, verifyEnvelope, type Envelope } from './envelope.ts';

const payloadType = 'application/vnd.secret-store.audit-checkpoint.v1+json';
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const auditCheckpointSchema = z.strictObject({
  epoch: z.int().min(0),
  /** Of the last event that the state contains. */
  sequence: z.int().min(1),
  /** Of that event. */
  hash: sha256,
  /** SHA-256 (hex) of the state's bytes. */
  stateHash: sha256,
});

/** The backend's word that this state is what the audit chain gives up to this event. */
export type AuditCheckpoint = z.infer<typeof auditCheckpointSchema>;

export function signAuditCheckpoint(checkpoint: AuditCheckpoint, signer: SigningKey): Envelope {
  return signEnvelope(payloadType, parseJson(auditCheckpointSchema, checkpoint, 'the checkpoint'), signer);
}

/** @throws {SealingError} BAD_SIGNATURE for any edit */
export function verifyAuditCheckpoint(envelope: unknown, signerKey: VerificationKey): AuditCheckpoint {
  return verifyEnvelope(payloadType, auditCheckpointSchema, envelope, signerKey);
}
