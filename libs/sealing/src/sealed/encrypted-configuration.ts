import { hkdfSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { base64urlBytes, fromBase64url, toBase64url } from '../encoding/base64url.ts';
import { parseJson } from '../encoding/parse-json.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { encodeBinding, type ConfigurationBinding, type DraftBinding } from './binding.ts';
import { maximumValueBytes } from './sealed-record.ts';
import { decryptValue, encryptValue, ivBytes, tagBytes } from './value-cipher.ts';

const saltBytes = 32;
const keyBytes = 32;
const label = 'secret-store provider configuration v1';

export const encryptedConfigurationSchema = z.strictObject({
  version: z.literal(1),
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  salt: base64urlBytes(saltBytes),
  iv: base64urlBytes(ivBytes),
  ciphertext: base64urlBytes(tagBytes, maximumValueBytes + tagBytes),
});

/** A provider's configuration as the backend keeps it. Plain JSON. */
export type EncryptedConfiguration = z.infer<typeof encryptedConfigurationSchema>;

/** Encrypts under a key that HKDF derives from the ring's primary for this record alone. */
export function encryptConfiguration(
  ring: KeyRing,
  binding: ConfigurationBinding | DraftBinding,
  plaintext: Uint8Array,
): EncryptedConfiguration {
  const salt = new Uint8Array(randomBytes(saltBytes));
  const key = recordKey(ring, ring.primary, salt);
  try {
    const { iv, ciphertext } = encryptValue(key, plaintext, encodeBinding(binding));
    return {
      version: 1,
      keyId: ring.primary,
      salt: toBase64url(salt),
      iv: toBase64url(iv),
      ciphertext: toBase64url(ciphertext),
    };
  } finally {
    key.fill(0);
  }
}

/** @throws {SealingError} BAD_CIPHERTEXT when it was encrypted for anything but this binding */
export function decryptConfiguration(
  ring: KeyRing,
  binding: ConfigurationBinding | DraftBinding,
  encrypted: unknown,
): Uint8Array {
  const record = parseJson(encryptedConfigurationSchema, encrypted, 'the encrypted configuration');
  const key = recordKey(ring, record.keyId, fromBase64url(record.salt));
  try {
    const { iv, ciphertext } = record;
    return decryptValue(key, { iv: fromBase64url(iv), ciphertext: fromBase64url(ciphertext) }, encodeBinding(binding));
  } finally {
    key.fill(0);
  }
}

function recordKey(ring: KeyRing, keyId: string, salt: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', ring.key(keyId), salt, label, keyBytes));
}
