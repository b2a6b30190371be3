import { ApiError } from '@secret-store/api';
import { PluginFailure } from '@secret-store/plugin-host';
import type { Dependencies } from '../../dependencies.ts';
import { settleLocked } from './settle-intent.ts';

/**
 * Right after a write failed, under its lock: cleans up at once, so that nothing waits for the settler. A call that timed out
 * may still land in the vault; that one is left until it has.
 */
export const settleAfterFailure = async (deps: Dependencies, intentId: string, error: unknown): Promise<void> => {
  const timedOut = error instanceof ApiError && error.cause instanceof PluginFailure && error.cause.timedOut;
  if (!timedOut) await settleLocked(deps, intentId);
};
