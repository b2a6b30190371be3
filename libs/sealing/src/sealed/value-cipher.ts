import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SealingError } from '../encoding/sealing-error.ts';

export const ivBytes = 12;
export const tagBytes = 16;
const algorithm = 'aes-256-gcm';

/** AES-256-GCM with a random IV; the tag follows the ciphertext. One key is for one value. */
export function encryptValue(key: Uint8Array, plaintext: Uint8Array, associatedData: Uint8Array) {
  const iv = new Uint8Array(randomBytes(ivBytes));
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes }).setAAD(associatedData);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return { iv, ciphertext: new Uint8Array(ciphertext) };
}

/** @throws {SealingError} BAD_CIPHERTEXT when key, IV, ciphertext or associated data are not those of the encryption */
export function decryptValue(
  key: Uint8Array,
  encrypted: { iv: Uint8Array; ciphertext: Uint8Array },
  associatedData: Uint8Array,
): Uint8Array {
  const { iv, ciphertext } = encrypted;
  const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tagBytes })
    .setAAD(associatedData)
    .setAuthTag(ciphertext.subarray(-tagBytes));
  // Not returned before `final` has checked the tag.
  const plaintext = decipher.update(ciphertext.subarray(0, -tagBytes));
  try {
    decipher.final();
    return new Uint8Array(plaintext);
  } catch {
    throw new SealingError('BAD_CIPHERTEXT', 'the ciphertext does not open under this key and what it is bound to');
  } finally {
    plaintext.fill(0);
  }
}
