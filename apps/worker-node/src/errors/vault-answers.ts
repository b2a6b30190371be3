import { PluginFailure, type PluginFailureReason } from '@secret-store/plugin-host';
import { SecretNotFoundError } from '@secret-store/provider-sdk';

/** What a vault says of the secret, or of the credential that asks for it. */
const answers: ReadonlySet<PluginFailureReason> = new Set<PluginFailureReason>([
  ...(['not-authenticated', 'not-permitted', 'not-in-egress', 'disabled', 'expired', 'soft-deleted'] as const),
  ...(['wrong-engine', 'conflict', 'too-large', 'value-too-large', 'value-empty', 'value-with-zero'] as const),
  ...(['value-not-unicode', 'value-not-text', 'bad-return', 'reveals-value', 'factory-missing'] as const),
]);

/**
 * Whether the vault was asked and refused, or does not have the value any more: what was read before does not serve then. A credential
 * that the vault rejects is such an answer: somebody may have taken it back. Every other error says that it could not be asked.
 */
export const isAnswerOfVault = (error: unknown): boolean =>
  error instanceof SecretNotFoundError || (error instanceof PluginFailure && answers.has(error.reason));

/** Reasons that hold for every secret of the vault. */
const down: ReadonlySet<PluginFailureReason> = new Set<PluginFailureReason>([
  ...(['unreachable', 'timed-out', 'certificate', 'redirected', 'sealed', 'standby', 'not-initialized'] as const),
  ...(['unavailable', 'throttled'] as const),
]);

/** Whether the next call for another secret would fail likewise. */
export const isVaultDown = (error: unknown): boolean => error instanceof PluginFailure && down.has(error.reason);
