import { createSecretKey, type KeyObject } from 'node:crypto';
import { expand, extract } from '../hpke/hkdf.ts';

export const dataKeyBytes = 32;
export const commitmentBytes = 32;

const encryptionLabel = Buffer.from('secret-store suite 1 encryption key');
const commitmentLabel = Buffer.from('secret-store suite 1 key commitment');
/**
 * Derives from a record's data key the key that encrypts and the commitment that is published beside the ciphertext.
 * AES-GCM alone commits to no key: one ciphertext can be made that two keys open to two values. Here the key that
 * encrypts and the commitment come from one data key by HKDF-SHA256 with different labels, so that a second data key
 * with the same commitment is a collision of SHA-256: the generic construction of Albertini, Duong, Gueron, Kölbl, Luykx
 * and Schmieg, "How to Abuse and Fix Authenticated Encryption Without Key Commitment" (USENIX Security 2022), which the
 * AWS Encryption SDK uses with HKDF in its committing suites. The header's hash is the salt: the commitment holds it too.
 */
export function deriveValueKeys(dataKey: Uint8Array, headerHash: Uint8Array): ValueKeys {
  const pseudorandomKey = extract(headerHash, [dataKey]);
  const encryptionKey = expand(pseudorandomKey, [encryptionLabel], dataKeyBytes);
  const commitment = expand(pseudorandomKey, [commitmentLabel], commitmentBytes);
  try {
    return { encryptionKey: createSecretKey(encryptionKey), commitment };
  } finally {
    encryptionKey.fill(0);
  }
}

export interface ValueKeys {
  readonly encryptionKey: KeyObject;
  readonly commitment: Uint8Array;
}
