import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { base64urlBytes, fromBase64url, toBase64url } from '../encoding/base64url.ts';
import { parseJson } from '../encoding/parse-json.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { expand, extract } from '../hpke/hkdf.ts';
import { maximumValueBytes } from '../sealed/sealed-record.ts';
import { decryptValue, encryptValue, ivBytes, tagBytes } from '../sealed/value-cipher.ts';

const saltBytes = 32;
const keyBytes = 32;

export const encryptedRecordSchema = z.strictObject({
  version: z.literal(1),
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  salt: base64urlBytes(saltBytes),
  iv: base64urlBytes(ivBytes),
  ciphertext: base64urlBytes(tagBytes, maximumValueBytes + tagBytes),
});

/** What only this backend opens. Plain JSON. */
export type EncryptedRecord = z.infer<typeof encryptedRecordSchema>;

/** What is encrypted, and for what: it opens only with the same words. */
export interface RecordPurpose {
  /** in the messages of errors */
  readonly what: string;
  readonly label: string;
  readonly binding: Uint8Array;
}

/** Encrypts under a key that HKDF derives from the ring's primary for this record alone. */
export function encryptRecord(
  ring: KeyRing,
  { label, binding }: RecordPurpose,
  plaintext: Uint8Array,
): EncryptedRecord {
  const salt = randomBytes(saltBytes);
  const key = recordKey(ring, { keyId: ring.primary, salt, label });
  const { iv, ciphertext } = encryptValue(key, plaintext, binding);
  return {
    version: 1,
    keyId: ring.primary,
    salt: toBase64url(salt),
    iv: toBase64url(iv),
    ciphertext: toBase64url(ciphertext),
  };
}

/** @throws {SealingError} BAD_CIPHERTEXT when it was encrypted for anything else */
export function decryptRecord(ring: KeyRing, { what, label, binding }: RecordPurpose, encrypted: unknown): Uint8Array {
  const record = parseJson(encryptedRecordSchema, encrypted, what);
  const key = recordKey(ring, { keyId: record.keyId, salt: fromBase64url(record.salt), label });
  const { iv, ciphertext } = record;
  return decryptValue(key, { iv: fromBase64url(iv), ciphertext: fromBase64url(ciphertext) }, binding);
}

interface KeyOfRecord {
  readonly keyId: string;
  readonly salt: Uint8Array;
  readonly label: string;
}

function recordKey(ring: KeyRing, { keyId, salt, label }: KeyOfRecord): KeyObject {
  const key = expand(extract(salt, [ring.key(keyId)]), [Buffer.from(label)], keyBytes);
  try {
    return createSecretKey(key);
  } finally {
    key.fill(0);
  }
}
