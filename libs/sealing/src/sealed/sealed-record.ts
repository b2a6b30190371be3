import { createHash } from 'node:crypto';
import { z } from 'zod';
import { base64urlBytes, fromBase64url } from '../encoding/base64url.ts';
import { encodeFields, type Field } from '../encoding/encode-fields.ts';
import { parseJson } from '../encoding/parse-json.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import { isSignatureOf, type VerificationKey } from '../keys/signing-key.ts';
import { keyIdSchema, preAuthenticationEncoding, signatureBytes } from '../signed/envelope.ts';
import { bindingSchema, encodeBinding, type Binding } from './binding.ts';
import { ivBytes, tagBytes } from './value-cipher.ts';
import { commitmentBytes } from './value-keys.ts';

export const maximumValueBytes = 1024 * 1024;
const maximumRecipients = 64;
/** Room for the keys of later suites; each suite checks its own lengths. */
const maximumEncapsulatedKeyBytes = 2048;
const maximumWrappedKeyBytes = 128;
const payloadType = 'application/vnd.secret-store.sealed-record.v1';

const recipientSchema = z.strictObject({
  keyId: keyIdSchema,
  encapsulatedKey: base64urlBytes(1, maximumEncapsulatedKeyBytes),
  wrappedKey: base64urlBytes(1, maximumWrappedKeyBytes),
});

export const sealedRecordSchema = z.strictObject({
  suite: z.int().min(1).max(65_535),
  binding: bindingSchema,
  recipients: z
    .array(recipientSchema)
    .min(1)
    .max(maximumRecipients)
    .refine((recipients) => new Set(recipients.map(({ keyId }) => keyId)).size === recipients.length, {
      error: 'names a recipient twice',
    }),
  commitment: base64urlBytes(commitmentBytes),
  iv: base64urlBytes(ivBytes),
  ciphertext: base64urlBytes(tagBytes, maximumValueBytes + tagBytes),
  signature: z.strictObject({ keyId: keyIdSchema, value: base64urlBytes(signatureBytes) }),
});

/** A value that only its recipients can open, bound to what it belongs to and signed by who sealed it. Plain JSON. */
export type SealedRecord = z.infer<typeof sealedRecordSchema>;
export type RecordRecipient = z.infer<typeof recipientSchema>;

/**
 * Checks the form and the signature, which covers the whole record. Needs no opening key. The binding in the result is
 * what the signer meant; the caller must compare it with what it expects.
 * @throws {SealingError} BAD_RECORD or BAD_SIGNATURE
 */
export function verifySealedRecord(input: { record: unknown; signerKey: VerificationKey }): SealedRecord {
  const record = parseJson(sealedRecordSchema, input.record, 'the sealed record');
  const isGenuine =
    record.signature.keyId === input.signerKey.keyId &&
    isSignatureOf(fromBase64url(record.signature.value), signedBytes(record), input.signerKey);
  if (!isGenuine) throw new SealingError('BAD_SIGNATURE', 'the signature of the sealed record does not verify');
  return record;
}

/**
 * Checks the form, and that it is exactly the record that a verified set names. Needs no signer: the hash covers all of
 * the record, its signature too.
 * @param hash `sealedRecordHash` of the record, from the set
 * @throws {SealingError} BAD_RECORD or BAD_HASH
 */
export function requireSealedRecord(input: { record: unknown; hash: string }): SealedRecord {
  const record = parseJson(sealedRecordSchema, input.record, 'the sealed record');
  if (sealedRecordHash(record) === input.hash) return record;
  throw new SealingError('BAD_HASH', 'the sealed value is not the one that the signed set names');
}

/** SHA-256 (base64url) over all of the record, its signature too; the order of its JSON fields does not count. */
export function sealedRecordHash(record: SealedRecord): string {
  const encoded = encodeFields([...recordFields(record), record.signature.value]);
  return createHash('sha256').update(encoded).digest('base64url');
}

/** The associated data of the value and of each wrapped key: who may open what, under which suite. */
export function headerHash(header: {
  suite: number;
  binding: Binding;
  recipientKeyIds: readonly string[];
}): Uint8Array {
  const fields = [
    'secret-store sealed record header v1',
    header.suite,
    encodeBinding(header.binding),
    header.recipientKeyIds,
  ];
  return new Uint8Array(createHash('sha256').update(encodeFields(fields)).digest());
}

/** What the signature covers: everything but its own bytes. */
export function signedBytes(record: SealedRecord): Uint8Array {
  return preAuthenticationEncoding(payloadType, encodeFields(recordFields(record)));
}

function recordFields(record: SealedRecord): Field[] {
  return [
    record.suite,
    encodeBinding(record.binding),
    record.recipients.map(({ keyId, encapsulatedKey, wrappedKey }) => [keyId, encapsulatedKey, wrappedKey]),
    record.commitment,
    record.iv,
    record.ciphertext,
    record.signature.keyId,
  ];
}
