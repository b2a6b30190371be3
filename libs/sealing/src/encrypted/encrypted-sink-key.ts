import { encodeFields } from '../encoding/encode-fields.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { decryptRecord, type EncryptedRecord, encryptRecord, type RecordPurpose } from './encrypted-record.ts';

/** The sink of the audit, and the address there, that the store shows a certificate with this private key to. */
export interface SinkBinding {
  readonly sinkId: string;
  readonly url: string;
}

const purpose = ({ sinkId, url }: SinkBinding): RecordPurpose => ({
  what: 'the encrypted key of a sink',
  label: 'secret-store audit sink v1',
  binding: encodeFields(['audit-sink', sinkId, url]),
});

/** Encrypts under a key that HKDF derives from the ring's primary for this record alone. */
export const encryptSinkKey = (ring: KeyRing, binding: SinkBinding, key: Uint8Array): EncryptedRecord =>
  encryptRecord(ring, purpose(binding), key);

/** @throws {SealingError} BAD_CIPHERTEXT when it was encrypted for another sink or address */
export const decryptSinkKey = (ring: KeyRing, binding: SinkBinding, encrypted: unknown): Uint8Array =>
  decryptRecord(ring, purpose(binding), encrypted);
