export { fromBase64url, toBase64url } from './base64url.ts';
export type {
  Binding,
  ConfigurationBinding,
  DraftBinding,
  SecretBinding,
  WorkerConfigurationBinding,
} from './binding.ts';
export { certify, recipientKeyOf, verificationKeyOf, verifyCertificate, type Certificate, type Role } from './certificate.ts';
export {
  decryptConfiguration,
  encryptConfiguration,
  encryptedConfigurationSchema,
  type EncryptedConfiguration,
} from './encrypted-configuration.ts';
export { envelopeSchema, type Envelope } from './envelope.ts';
export type { JsonObject, JsonValue } from './json-value.ts';
export { createKeyRing, deriveKey, parseKeyRing, type KeyRing } from './key-ring.ts';
export {
  exportOpeningKey,
  generateOpeningKey,
  importOpeningKey,
  type OpeningKey,
  type RecipientKey,
} from './keys/opening-key.ts';
export {
  exportSigningKey,
  generateSigningKey,
  importSigningKey,
  type SigningKey,
  type VerificationKey,
} from './keys/signing-key.ts';
export { open, type OpenInput } from './open.ts';
export { signActivation, verifyActivation, type ProviderActivation } from './provider-activation.ts';
export { readRecoveryFile, type RecoveryKeys } from './recovery-file.ts';
export { parseRootPublic, type RootPublic, type RootPublicJson } from './root.ts';
export { seal, type SealInput } from './seal.ts';
export { sealedRecordHash, sealedRecordSchema, verifySealedRecord, type SealedRecord } from './sealed-record.ts';
export { SealingError, type SealingErrorCode } from './sealing-error.ts';
export {
  readRequestKeyId,
  requestWindowMilliseconds,
  signRequest,
  verifyRequest,
  type RequestHeaders,
  type SignedRequest,
} from './signed-request.ts';
export { signSet, verifySet, type SetBody, type SetEntry } from './signed-set.ts';
export { createStoreKeys, type StoreKeys } from './store-keys.ts';
export {
  isThrowAwayValue,
  signWorkerCheck,
  throwAwayPrefix,
  verifyWorkerCheck,
  type WorkerCheck,
} from './worker-check.ts';
