import { ApiError } from '@secret-store/api';
import { PluginFailure, type PluginFailureReason } from '@secret-store/plugin-host';

/**
 * After these nothing has changed in the vault: it was not asked, or it said no. `unreachable` is not one of them: a connection
 * that breaks after the request looks the same.
 */
const nothingDone: ReadonlySet<PluginFailureReason> = new Set<PluginFailureReason>([
  'certificate',
  'redirected',
  'sealed',
  'standby',
  'not-initialized',
  'throttled',
  'not-authenticated',
  'not-permitted',
  'wrong-engine',
  'conflict',
  'too-large',
  'disabled',
  'factory-missing',
  'not-started',
  'stopping',
  'backing-off',
  'too-busy',
]);

/** Whether a failed call may have changed the vault, or may still: it timed out, its process ended, or nobody knows why. */
export const isInDoubt = (error: unknown): boolean => {
  const failure = error instanceof ApiError ? error.cause : error;
  if (failure instanceof PluginFailure) return !nothingDone.has(failure.reason);
  // our own refusals come before the vault is asked
  return !(error instanceof ApiError) || error.errorName === 'SecretProviderFailed';
};
