// An entry of its own: the browser needs the schemas without the server side of tRPC.
export { Actor, ApiKey, ApiKeyRequest, Role, SignInRequest, User, UserRequest } from './account.ts';
export { Algorithm, AlgorithmListQuery, AlgorithmPage, AlgorithmRequest } from './algorithm.ts';
export { ErrorBody } from './error.ts';
export {
  ModuleSummary,
  ModuleUploadResult,
  PluginIsolation,
  ProviderConfigurationInput,
  ProviderInfo,
  ProviderStatus,
  SecretProviderRequest,
} from './provider.ts';
export {
  AlgorithmSecret,
  AlgorithmSecretList,
  environmentVariable,
  SecretCreateRequest,
  SecretUpdateRequest,
  secretValue,
  valueBytesMaximum,
} from './secret.ts';
export {
  Envelope,
  WorkerDelivery,
  WorkerDeliveryRequest,
  WorkerModule,
  WorkerModuleRequest,
} from './worker.ts';
