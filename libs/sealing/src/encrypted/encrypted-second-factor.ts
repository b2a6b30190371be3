import { encodeFields } from '../encoding/encode-fields.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { decryptRecord, type EncryptedRecord, encryptRecord, type RecordPurpose } from './encrypted-record.ts';

/** Whose secret of an authenticator app it is, and whether it is in use or only being set up, until when. */
export type SecondFactorBinding =
  | { readonly type: 'second-factor'; readonly userId: string }
  /** `expires` in milliseconds since 1970 */
  | { readonly type: 'second-factor-setup'; readonly userId: string; readonly expires: number };

const purpose = (binding: SecondFactorBinding): RecordPurpose => ({
  what: 'the encrypted second factor',
  label: 'secret-store second factor v1',
  binding:
    binding.type === 'second-factor'
      ? encodeFields([binding.type, binding.userId])
      : encodeFields([binding.type, binding.userId, binding.expires]),
});

/** Encrypts under a key that HKDF derives from the ring's primary for this record alone. */
export const encryptSecondFactor = (ring: KeyRing, binding: SecondFactorBinding, secret: Uint8Array): EncryptedRecord =>
  encryptRecord(ring, purpose(binding), secret);

/** @throws {SealingError} BAD_CIPHERTEXT when it was encrypted for anyone or anything else */
export const decryptSecondFactor = (ring: KeyRing, binding: SecondFactorBinding, encrypted: unknown): Uint8Array =>
  decryptRecord(ring, purpose(binding), encrypted);
