// An entry of its own: what both ends agree on, for the browser too.
export { Actor, ApiKey, ApiKeyRequest, Role, Session, SignInRequest, User, UserRequest } from './account.ts';
export { Algorithm, AlgorithmListQuery, AlgorithmPage, AlgorithmRequest, RemovalProgress } from './algorithm.ts';
export { AuditEvent, AuditExportQuery, AuditOutcome, AuditPage, AuditQuery } from './audit.ts';
export {
  ApiKeyInfo,
  ApiKeyPage,
  Me,
  PasswordChange,
  PersonalKeyRequest,
  PersonalListQuery,
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
  JoinAskRequest,
  JoinPoolAnswer,
  JoinPoolRequest,
  JoinRefusal,
  JoinStateAnswer,
  JoinStateRequest,
  PoolInfo,
  PoolList,
  PoolLogAddition,
  PoolLogPart,
  PoolRequest,
  ResealingProgress,
  WaitingJoin,
  WorkerDetails,
  WorkerFleetAnswer,
  WorkerFleetRequest,
  WorkerInfo,
  WorkerList,
} from './fleet.ts';
export { Permission, permissions } from './permission.ts';
export { ErrorBody, type ErrorName, errorTable } from './error.ts';
export {
  ModuleSummary,
  ModuleUploadResult,
  PluginIsolation,
  Preparation,
  PreparationState,
  PreparationStep,
  preparationSteps,
  defaultCheckSeconds,
  ProviderConfigurationInput,
  ProviderDetails,
  ProviderInfo,
  ProviderOffer,
  ProviderStatus,
  SecretProviderRequest,
  WorkerConfigurationInput,
} from './provider.ts';
export {
  resealBatchMaximum,
  ResealedRecords,
  ResealOutcome,
  type ResealTask,
  SealedPlace,
  type SkipReason,
  WorkerResealBatch,
  WorkerResealRequest,
} from './resealing.ts';
export {
  AlgorithmSecret,
  AlgorithmSecretList,
  environmentVariable,
  RemovalQuery,
  SecretCreateRequest,
  secretReference,
  SecretReferences,
  SecretUpdateRequest,
  secretValue,
  storedVariable,
  valueBytesMaximum,
} from './secret.ts';
export {
  Envelope,
  ProviderDelivery,
  WorkerCheckTask,
  WorkerDelivery,
  WorkerDeliveryAnswer,
  WorkerDeliveryRequest,
  WorkerModuleRequest,
  WorkerPoll,
  WorkerPollAnswer,
  WorkerStreamLine,
} from './worker.ts';
export { id, isStorable, paging, storableRule } from './text.ts';
