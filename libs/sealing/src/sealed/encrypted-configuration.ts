import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { base64urlBytes, fromBase64url, toBase64url } from '../encoding/base64url.ts';
import { parseJson } from '../encoding/parse-json.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { expand, extract } from '../hpke/hkdf.ts';
import { encodeBinding, type ConfigurationBinding, type DraftBinding } from './binding.ts';
import { maximumValueBytes } from './sealed-record.ts';
import { decryptValue, encryptValue, ivBytes, tagBytes } from './value-cipher.ts';

const saltBytes = 32;
const keyBytes = 32;
const label = Buffer.from('secret-store provider configuration v1');

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
  const salt = randomBytes(saltBytes);
  const key = recordKey(ring, ring.primary, salt);
  const { iv, ciphertext } = encryptValue(key, plaintext, encodeBinding(binding));
  return {
    version: 1,
    keyId: ring.primary,
    salt: toBase64url(salt),
    iv: toBase64url(iv),
    ciphertext: toBase64url(ciphertext),
  };
}

/** @throws {SealingError} BAD_CIPHERTEXT when it was encrypted for anything but this binding */
export function decryptConfiguration(
  ring: KeyRing,
  binding: ConfigurationBinding | DraftBinding,
  encrypted: unknown,
): Uint8Array {
  const record = parseJson(encryptedConfigurationSchema, encrypted, 'the encrypted configuration');
  const key = recordKey(ring, record.keyId, fromBase64url(record.salt));
  const { iv, ciphertext } = record;
  return decryptValue(key, { iv: fromBase64url(iv), ciphertext: fromBase64url(ciphertext) }, encodeBinding(binding));
}

function recordKey(ring: KeyRing, keyId: string, salt: Uint8Array): KeyObject {
  const key = expand(extract(salt, [ring.key(keyId)]), [label], keyBytes);
  try {
    return createSecretKey(key);
  } finally {
    key.fill(0);
  }
}
