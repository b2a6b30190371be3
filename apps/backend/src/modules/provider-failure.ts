import { ApiError } from '@secret-store/api';
import { PluginFailure } from '@secret-store/plugin-host';

const tooBusySeconds = 2;

/** What the caller is told when a provider failed: words from a closed list, never the provider's own. */
export const providerFailure = (error: unknown): ApiError => {
  if (error instanceof PluginFailure && error.reason === 'too-busy') {
    const message = 'Too many requests wait for this secret provider. Try again in a few seconds.';
    return new ApiError('Overloaded', message, { cause: error, retryAfterSeconds: tooBusySeconds });
  }
  const reason =
    error instanceof PluginFailure ? error.message : 'check its configuration and its vault, then try again';
  return new ApiError('SecretProviderFailed', `The secret provider failed: ${reason}.`, {
    cause: error,
    ...(error instanceof PluginFailure && error.timedOut && { status: 504 }),
  });
};
