import { createHash } from 'node:crypto';
import { z } from 'zod';
import { encodeFields } from '../encoding/encode-fields.ts';
import { parseJson, wellFormedText } from '../encoding/parse-json.ts';
import type { SigningKey, VerificationKey } from '../keys/signing-key.ts';
import { envelopeSchema, payloadHash, signEnvelope, verifyEnvelope, type Envelope } from '../signed/envelope.ts';
import { entryHash } from './entry-hash.ts';
import { invitationSchema } from './pool-entry.ts';

const payloadType = 'application/vnd.secret-store.pool-founding.v1+json';

const foundingBodySchema = z.strictObject({
  poolId: wellFormedText(200),
  name: wellFormedText(200),
  /** lets the first worker in */
  invitation: invitationSchema,
});
export type FoundingBody = z.infer<typeof foundingBodySchema>;

export const foundingSchema = z.union([
  /** A store's first pool: the root's certificates of its key and of its first worker. */
  z.strictObject({ poolCertificate: envelopeSchema, workerCertificate: envelopeSchema }),
  /** A later one: signed by the root, or by a member of the store's first pool. */
  z.strictObject({ signed: envelopeSchema }),
]);

/** How a pool's log begins. */
export type PoolFounding = z.infer<typeof foundingSchema>;

export function signFounding(body: FoundingBody, signer: SigningKey): PoolFounding {
  return { signed: signEnvelope(payloadType, parseJson(foundingBodySchema, body, 'the founding'), signer) };
}

/** @throws {SealingError} BAD_SIGNATURE for another signer or any edit */
export function verifyFounding(signed: Envelope, signer: VerificationKey): FoundingBody {
  return verifyEnvelope(payloadType, foundingBodySchema, signed, signer);
}

/** SHA-256 (hex), by which the first entry names the founding. */
export function foundingHash(founding: PoolFounding): string {
  if ('signed' in founding) return entryHash(founding.signed);
  const hashes = [founding.poolCertificate, founding.workerCertificate].map(payloadHash);
  return createHash('sha256')
    .update(encodeFields(['secret-store first pool v1', ...hashes]))
    .digest('hex');
}
