export { ApiError, errorTable, type ApiErrorOptions, type ErrorName } from './errors.ts';
export { appRouter, type AppRouter } from './routers/app-router.ts';
export type { Context, ErrorData, Services } from './routers/trpc.ts';
export {
  Actor,
  Algorithm,
  AlgorithmListQuery,
  AlgorithmPage,
  AlgorithmRequest,
  AlgorithmSecret,
  AlgorithmSecretList,
  ApiKey,
  ApiKeyRequest,
  Envelope,
  environmentVariable,
  ErrorBody,
  ModuleSummary,
  ModuleUploadResult,
  PluginIsolation,
  Preparation,
  PreparationState,
  PreparationStep,
  preparationSteps,
  ProviderConfigurationInput,
  ProviderDelivery,
  ProviderDetails,
  ProviderInfo,
  ProviderOffer,
  ProviderStatus,
  Role,
  SecretCreateRequest,
  SecretProviderRequest,
  secretReference,
  SecretReferences,
  SecretUpdateRequest,
  secretValue,
  SignInRequest,
  User,
  UserRequest,
  valueBytesMaximum,
  WorkerCheckResult,
  WorkerCheckTask,
  WorkerConfigurationInput,
  WorkerDelivery,
  WorkerDeliveryRequest,
  WorkerModule,
  WorkerModuleRequest,
} from './schemas/index.ts';
export type { AccountService, SignInResult } from './services/account-service.ts';
export type { AlgorithmService } from './services/algorithm-service.ts';
export type { ModuleUpload, ProviderService } from './services/provider-service.ts';
export type { SecretService } from './services/secret-service.ts';
export type { WorkerIdentity, WorkerService } from './services/worker-service.ts';
