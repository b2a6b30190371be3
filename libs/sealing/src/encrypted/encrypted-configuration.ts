import type { KeyRing } from '../keys/key-ring.ts';
import { encodeBinding, type ConfigurationBinding, type DraftBinding } from '../sealed/binding.ts';
import {
  decryptRecord,
  type EncryptedRecord,
  encryptedRecordSchema,
  encryptRecord,
  type RecordPurpose,
} from './encrypted-record.ts';

export const encryptedConfigurationSchema = encryptedRecordSchema;

/** A provider's configuration as the backend keeps it. Plain JSON. */
export type EncryptedConfiguration = EncryptedRecord;

const purpose = (binding: ConfigurationBinding | DraftBinding): RecordPurpose => ({
  what: 'the encrypted configuration',
  label: 'secret-store provider configuration v1',
  binding: encodeBinding(binding),
});

/** Encrypts under a key that HKDF derives from the ring's primary for this record alone. */
export function encryptConfiguration(
  ring: KeyRing,
  binding: ConfigurationBinding | DraftBinding,
  plaintext: Uint8Array,
): EncryptedConfiguration {
  return encryptRecord(ring, purpose(binding), plaintext);
}

/** @throws {SealingError} BAD_CIPHERTEXT when it was encrypted for anything but this binding */
export function decryptConfiguration(
  ring: KeyRing,
  binding: ConfigurationBinding | DraftBinding,
  encrypted: unknown,
): Uint8Array {
  return decryptRecord(ring, purpose(binding), encrypted);
}
