import { createHash } from 'node:crypto';
import { encodeFields } from '../encoding/encode-fields.ts';
import { payloadHash, type Envelope } from '../signed/envelope.ts';

/**
 * SHA-256 (hex), by which the next entry names this one. It covers the signer too: the same words of another worker are another
 * entry, as what they allow ends with another revocation.
 */
export function entryHash(envelope: Envelope): string {
  const [{ keyid }] = envelope.signatures;
  return createHash('sha256')
    .update(encodeFields(['secret-store pool entry v1', payloadHash(envelope), keyid]))
    .digest('hex');
}
