import { randomBytes, type KeyObject } from 'node:crypto';
import { SealingError } from '../encoding/sealing-error.ts';
import { decrypt, encrypt, nonceBytes } from '../hpke/aes-gcm.ts';

export { tagBytes } from '../hpke/aes-gcm.ts';
export const ivBytes = nonceBytes;
const cipher = 'aes-256-gcm';

/** AES-256-GCM with a random IV; the tag follows the ciphertext. One key is for one value. */
export function encryptValue(key: KeyObject, plaintext: Uint8Array, associatedData: Uint8Array) {
  const iv = randomBytes(ivBytes);
  return { iv, ciphertext: encrypt({ cipher, key, nonce: iv, associatedData }, plaintext) };
}

/** @throws {SealingError} BAD_CIPHERTEXT when key, IV, ciphertext or associated data are not those of the encryption */
export function decryptValue(
  key: KeyObject,
  encrypted: { iv: Uint8Array; ciphertext: Uint8Array },
  associatedData: Uint8Array,
): Uint8Array {
  const { iv, ciphertext } = encrypted;
  try {
    return decrypt({ cipher, key, nonce: iv, associatedData }, ciphertext);
  } catch {
    throw new SealingError('BAD_CIPHERTEXT', 'the ciphertext does not open under this key and what it is bound to');
  }
}
