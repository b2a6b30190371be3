export { signAuditHead, verifyAuditHead, type AuditHead } from './signed/audit-head.ts';
export { signBeat, verifyBeat, type Beat } from './beats/beat.ts';
export { fromBase64url, toBase64url } from './encoding/base64url.ts';
export { signAuditCheckpoint, verifyAuditCheckpoint, type AuditCheckpoint } from './signed/audit-checkpoint.ts';
export type {
  Binding,
  ConfigurationBinding,
  DraftBinding,
  LastKnownGoodBinding,
  SecretBinding,
  WorkerConfigurationBinding,
} from './sealed/binding.ts';
export {
  backendKeyOf,
  certify,
  recipientKeyOf,
  verificationKeyOf,
  verifyCertificate,
  type Certificate,
  type Role,
} from './signed/certificate.ts';
export {
  decryptConfiguration,
  encryptConfiguration,
  encryptedConfigurationSchema,
  type EncryptedConfiguration,
} from './encrypted/encrypted-configuration.ts';
export { type EncryptedRecord, encryptedRecordSchema } from './encrypted/encrypted-record.ts';
export {
  decryptSecondFactor,
  encryptSecondFactor,
  type SecondFactorBinding,
} from './encrypted/encrypted-second-factor.ts';
export {
  type ClientSecretBinding,
  decryptClientSecret,
  encryptClientSecret,
} from './encrypted/encrypted-client-secret.ts';
export { decryptSinkKey, encryptSinkKey, type SinkBinding } from './encrypted/encrypted-sink-key.ts';
export { envelopeSchema, type Envelope } from './signed/envelope.ts';
export { nextHints, noHints, type ToldHints } from './beats/hint-chain.ts';
export type { JsonObject, JsonValue } from './encoding/parse-json.ts';
export { createKeyRing, deriveKey, parseKeyRing, type KeyRing } from './keys/key-ring.ts';
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
  verificationKey,
  type SigningKey,
  type VerificationKey,
} from './keys/signing-key.ts';
export { open, type OpenInput } from './sealed/open.ts';
export { OpenedRecords } from './sealed/opened-records.ts';
export {
  activationHash,
  signActivation,
  verifyActivation,
  type ProviderActivation,
} from './signed/provider-activation.ts';
export { foundingHash, foundingSchema, signFounding, type PoolFounding } from './pools/founding.ts';
export {
  encodeJoinIdentity,
  isJoinIdentity,
  type JoinIdentity,
  openIdentityJoin,
  parseJoinIdentity,
  sealIdentityJoin,
} from './joining/join-identity.ts';
export {
  joinRequestSignerId,
  signJoinRequest,
  verifyJoinRequest,
  verifyOwnJoinRequest,
  type JoinRequest,
  type NewWorker,
} from './joining/join-request.ts';
export {
  inviteWorkers,
  keysForNewcomer,
  type NewInvitation,
  type NewPoolKey,
  nextPoolEntry,
  replacePoolKey,
} from './pools/member-entries.ts';
export { encodeJoinToken, parseJoinToken, type JoinToken } from './joining/join-token.ts';
export {
  entrySignerId,
  signPoolEntry,
  type Invitation,
  type PoolAction,
  type PoolActionOf,
  type PoolEntry,
} from './pools/pool-entry.ts';
export { type AppendedEntry, firstPoolName, PoolLog, type PoolTrust, type TokenState } from './pools/pool-log.ts';
export { signPoolQuestion, verifyPoolQuestion, type PoolQuestion } from './pools/pool-question.ts';
export type { Authority, OpenInvitation, PoolHead, PoolMember, TrustedIdentity } from './pools/pool-state.ts';
export { unwrapPoolKey, wrapPoolKey, type WrappedKey } from './pools/wrapped-key.ts';
export { readRecoveryFile, type RecoveryKeys } from './store/recovery-file.ts';
export { signRestoreEpoch, verifyRestoreEpoch, type RestoreEpoch } from './signed/restore-epoch.ts';
export { parseRootPublic, type RootPublic, type RootPublicJson, rootPublicSchema } from './signed/root.ts';
export { seal, type SealInput } from './sealed/seal.ts';
export {
  requireSealedRecord,
  sealedRecordHash,
  sealedRecordSchema,
  verifySealedRecord,
  type SealedRecord,
} from './sealed/sealed-record.ts';
export { SealingError, type SealingErrorCode } from './encoding/sealing-error.ts';
export {
  createAnswerVerifier,
  signAnswer,
  type Answer,
  type AnswerSigner,
  type AnswerVerifier,
} from './requests/signed-answer.ts';
export {
  isSignedRequest,
  noRequestValue,
  readSignedRequest,
  requestDigest,
  requestWithNonce,
  signRequest,
  type PlainRequest,
  type ReceivedRequest,
  type RequestHeaders,
  type RequestMarks,
  type SentRequest,
} from './requests/signed-request.ts';
export {
  setHash,
  signSet,
  verifySet,
  type NewSet,
  type NewSetEntry,
  type SetBody,
  type SetEntry,
} from './signed/signed-set.ts';
export { signTakeover, verifyTakeover, type Takeover } from './signed/takeover.ts';
export { keyFileNames, keyFiles, type KeyFolder, stateFileNames } from './store/key-files.ts';
export { createStoreKeys, type StoreKeys } from './store/store-keys.ts';
export { signWorkerAnswer, verifyWorkerAnswer, type WorkerAnswer } from './signed/worker-answer.ts';
export {
  isThrowAwayValue,
  signWorkerCheck,
  throwAwayPrefix,
  verifyWorkerCheck,
  type WorkerCheck,
} from './signed/worker-check.ts';
export { signVersionQuestion, verifyVersionQuestion, type VersionQuestion } from './signed/version-question.ts';
export {
  receiptProcessesMaximum,
  signWorkerReceipt,
  verifyWorkerReceipt,
  type WorkerReceipt,
} from './requests/worker-receipt.ts';
