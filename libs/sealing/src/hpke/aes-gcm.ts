import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

export const nonceBytes = 12;
export const tagBytes = 16;

export type AesGcm = 'aes-128-gcm' | 'aes-256-gcm';

export interface AesGcmInput {
  readonly cipher: AesGcm;
  /** A handle: OpenSSL 3.5 needs eight times as long with its bytes. */
  readonly key: KeyObject;
  /** Never twice with one key. */
  readonly nonce: Uint8Array;
  readonly associatedData: Uint8Array;
}

/** @returns the ciphertext, and the tag after it */
export function encrypt({ cipher, key, nonce, associatedData }: AesGcmInput, plaintext: Uint8Array): Buffer {
  const encryption = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes }).setAAD(associatedData);
  return Buffer.concat([encryption.update(plaintext), encryption.final(), encryption.getAuthTag()]);
}

/**
 * @returns the plaintext, in memory of its own, so that the caller can overwrite it
 * @throws when it was not encrypted with exactly this key, nonce and associated data; nothing of the plaintext is left then
 */
export function decrypt({ cipher, key, nonce, associatedData }: AesGcmInput, ciphertext: Uint8Array): Buffer {
  const decryption = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes })
    .setAAD(associatedData)
    .setAuthTag(ciphertext.subarray(-tagBytes));
  const plaintext = decryption.update(ciphertext.subarray(0, -tagBytes));
  try {
    // Not returned before `final` has checked the tag.
    decryption.final();
    return plaintext;
  } catch (error) {
    plaintext.fill(0);
    throw error;
  }
}
