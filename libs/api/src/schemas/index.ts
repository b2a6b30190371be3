// An entry of its own: what both ends agree on, for the browser too.
export {
  Actor,
  ApiKey,
  ApiKeyRequest,
  CodeNeeded,
  Permission,
  permissions,
  Role,
  ServiceAccountRequest,
  Session,
  SignInRequest,
  User,
  UserRequest,
} from './account.ts';
export {
  Algorithm,
  AlgorithmAccess,
  AlgorithmListQuery,
  AlgorithmPage,
  AlgorithmRequest,
  FoundByName,
  RemovalProgress,
} from './algorithm.ts';
export {
  AlgorithmHistory,
  AuditEvent,
  AuditExportQuery,
  AuditOutcome,
  AuditPage,
  AuditPlace,
  AuditPlaces,
  AuditQuery,
  LocatedAuditPage,
} from './audit.ts';
export {
  AlgorithmSearchPage,
  AlgorithmSearchQuery,
  FoundAlgorithm,
  FoundSecret,
  SecretSearchPage,
  SecretSearchQuery,
} from './search.ts';
export { FirstStep, FirstSteps } from './starting/first-steps.ts';
export { GeneratedValue } from './secrets/generated-value.ts';
export {
  importedVariablesMaximum,
  SecretImportEntry,
  SecretImportRequest,
  SecretImportResult,
} from './secrets/secret-import.ts';
export { SecretsCopyEntry, SecretsCopyRequest, SecretsCopyResult } from './secrets/secrets-copy.ts';
export { removedSecretsMaximum } from './secrets/removed-secrets-maximum.ts';
export { SecretsRemovalRequest, SecretsRemovalResult } from './secrets/secrets-removal.ts';
export { ListedSecret, secretOrders, SecretsPage, SecretsPageQuery } from './secrets/secrets-page.ts';
export { SecretHistory, SecretVersionList } from './secrets/secret-versions.ts';
export {
  ApiKeyInfo,
  ApiKeyPage,
  keyAddresses,
  ListedUser,
  ListedUserPage,
  Me,
  PasswordChange,
  PersonalKeyRequest,
  PersonalListQuery,
  RoleAddressesList,
  RoleAddressesRequest,
  SessionInfo,
  SessionPage,
  UserInfo,
  UserListQuery,
  UserPage,
  UserUpdate,
} from './people.ts';
export {
  AlgorithmPools,
  AlgorithmPoolsRequest,
  ExposedSecret,
  ExposedSecretPage,
  PoolInfo,
  PoolList,
  PoolRequest,
  ResealingProgress,
  WorkerDetails,
  WorkerInfo,
  WorkerList,
} from './fleet/workers.ts';
export {
  JoinRefusal,
  PoolLogAddition,
  PoolLogPart,
  WorkerStates,
  WaitingJoin,
  WorkerFleetAnswer,
  WorkerFleetRequest,
} from './fleet/pool-logs.ts';
export { JoinAskRequest, JoinPoolAnswer, JoinPoolRequest, JoinStateAnswer, JoinStateRequest } from './fleet/joining.ts';
export {
  PendingSummary,
  RecoverySummary,
  resealBatchMaximum,
  ResealedRecords,
  ResealOutcome,
  type ResealTask,
  SealedPlace,
  type SkipReason,
  WorkerResealBatch,
  WorkerResealRequest,
} from './fleet/resealing.ts';
export {
  GivenVersion,
  VersionFailure,
  WorkerVersionAnswer,
  WorkerVersionRequest,
  type WorkerVersionTask,
} from './fleet/version-restores.ts';
export {
  AlgorithmDelivery,
  type DeliveryState,
  ProviderUsageDetails,
  ProviderUsagePage,
  ProviderUsageQuery,
  RunningCommand,
  SecretDelivery,
  WorkerHoldings,
} from './delivery/delivered.ts';
export {
  type ReadProblem,
  readProblems,
  receiptsMaximum,
  WorkerReceipts,
  WorkerReceiptsAnswer,
} from './delivery/receipts.ts';
export { type CallSlot, DeliveryTimes, ProviderHealth } from './health/provider-health.ts';
export { ErrorBody } from './error.ts';
export { type ErrorName, errorTable } from '../error-table.ts';
export {
  ModuleSummary,
  ModuleUploadResult,
  PluginIsolation,
  Preparation,
  PreparationState,
  PreparationStep,
  defaultCheckSeconds,
  defaultStaleSeconds,
  ProviderConfigurationInput,
  ProviderDetails,
  ProviderInfo,
  ProviderOffer,
  ProviderStatus,
  ProviderTest,
  SecretProviderRequest,
  ShippedModule,
  testSteps,
  WorkerConfigurationInput,
} from './provider.ts';
export { preparationSteps } from '../preparation-steps.ts';
export {
  AlgorithmSecret,
  AlgorithmSecretList,
  environmentVariable,
  RemovalQuery,
  SecretCreateRequest,
  secretReference,
  SecretUpdateRequest,
  secretValue,
  storedVariable,
  valueBytesMaximum,
} from './secret.ts';
export {
  Envelope,
  type FreshDelivery,
  type ListedAlgorithm,
  ProviderDelivery,
  type SentDelivery,
  WorkerAlgorithms,
  workerAlgorithmsMaximum,
  WorkerAlgorithmsRequest,
  WorkerCheckTask,
  WorkerDelivery,
  WorkerDeliveryAnswer,
  WorkerDeliveryRequest,
  WorkerModuleRequest,
  WorkerPoll,
  WorkerPollAnswer,
  WorkerStreamLine,
  WorkerStreamOpening,
  WorkerStreamRequest,
} from './worker.ts';
export { id, isStorable, paging, storableRule } from './text.ts';
export {
  Collaborator,
  CollaboratorList,
  CollaboratorRequest,
  CollaboratorRole,
  Member,
  MemberRequest,
  OrganizationDetails,
  OrganizationInfo,
  OrganizationList,
  OrganizationRequest,
  OrganizationRole,
} from './sharing/grants.ts';
export {
  AuditSinkFormat,
  AuditSinkInfo,
  AuditSinkList,
  AuditSinkRequest,
  auditSinksMaximum,
  CreatedAuditSink,
} from './outgoing/audit-sink.ts';
export {
  CreatedWebhook,
  SendingState,
  WebhookInfo,
  WebhookList,
  WebhookRequest,
  webhooksMaximum,
} from './outgoing/webhook.ts';
export {
  codeText,
  PasswordConfirmation,
  PersonConfirmation,
  RecoveryCodes,
  SecondFactorConfirmation,
  SecondFactorSetup,
  SecondFactorState,
} from './signing-in/second-factor.ts';
export { NewPasskey, PasskeyAnswer, PasskeyInfo, PasskeyList } from './signing-in/passkey.ts';
export {
  IdentityInfo,
  OfferedConnection,
  OidcSettings,
  SamlSettings,
  SignInConnectionInfo,
  SignInConnectionKind,
  SignInConnectionRequest,
  signInConnectionsMaximum,
  SignInConnectionTest,
  SignInConnectionUpdate,
} from './signing-in/sign-in-connection.ts';
export { ProviderMetadata, providerMetadataMaximum, ProviderMetadataRequest } from './signing-in/provider-metadata.ts';
export { isOnThisMachine } from './outgoing/this-machine.ts';
export { GroupRoleInfo, GroupRoleRequest, groupRolesMaximum, IdentitySource } from './signing-in/group-role.ts';
export {
  WaitingAccountDecision,
  WaitingAccountInfo,
  waitingAccountsMaximum,
  WaitingReason,
} from './signing-in/waiting-account.ts';
export { CreatedScimKey, ScimKeyInfo, ScimKeyRequest, scimKeysMaximum } from './signing-in/scim-key.ts';
