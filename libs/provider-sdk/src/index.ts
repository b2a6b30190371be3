export type {
  Awaitable,
  Secret,
  SecretContext,
  SecretIdentifier,
  SecretNames,
  SecretProvider,
  SecretProviderFactory,
} from './secret-provider.ts';
export { type OwnKeyRules, requireOwnKey } from './require-own-key.ts';
export { SimpleSecret } from './simple-secret.ts';
export {
  ConfigurationError,
  type ConfigurationErrorOptions,
  InvalidReferenceError,
  SecretNotFoundError,
  SecretProviderError,
  VaultProblemError,
} from './errors.ts';
export { type ConfigurationProblem, configurationProblems } from './configuration-problem.ts';
export { type VaultProblem, vaultProblems } from './vault-problem.ts';
