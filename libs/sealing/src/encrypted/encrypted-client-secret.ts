import { encodeFields } from '../encoding/encode-fields.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { decryptRecord, type EncryptedRecord, encryptRecord, type RecordPurpose } from './encrypted-record.ts';

/** The sign-in connection that a client secret is of, and the issuer that it is shown to. */
export interface ClientSecretBinding {
  readonly connectionId: string;
  readonly issuer: string;
}

const purpose = ({ connectionId, issuer }: ClientSecretBinding): RecordPurpose => ({
  what: 'the encrypted client secret',
  label: 'secret-store client secret v1',
  binding: encodeFields(['client-secret', connectionId, issuer]),
});

/** Encrypts under a key that HKDF derives from the ring's primary for this record alone. */
export const encryptClientSecret = (ring: KeyRing, binding: ClientSecretBinding, secret: Uint8Array): EncryptedRecord =>
  encryptRecord(ring, purpose(binding), secret);

/** @throws {SealingError} BAD_CIPHERTEXT when it was encrypted for another connection or issuer */
export const decryptClientSecret = (ring: KeyRing, binding: ClientSecretBinding, encrypted: unknown): Uint8Array =>
  decryptRecord(ring, purpose(binding), encrypted);
