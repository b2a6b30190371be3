export type {
  Awaitable,
  Secret,
  SecretContext,
  SecretIdentifier,
  SecretProvider,
  SecretProviderFactory,
} from './secret-provider.ts';
export { SimpleSecret } from './simple-secret.ts';
export { ConfigurationError, SecretNotFoundError, SecretProviderError } from './errors.ts';
