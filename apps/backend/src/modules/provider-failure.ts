import { ApiError } from '@secret-store/api';
import { PluginFailure } from '@secret-store/plugin-host';

/** What the caller is told when a provider failed: words from a closed list, never the provider's own. */
export const providerFailure = (error: unknown): ApiError => {
  const reason =
    error instanceof PluginFailure ? error.message : 'check its configuration and its vault, then try again';
  return new ApiError('SecretProviderFailed', `The secret provider failed: ${reason}.`, {
    cause: error,
    ...(error instanceof PluginFailure && error.timedOut && { status: 504 }),
  });
};
