import type { WorkerCheckResult } from '@secret-store/api/schemas';
import { IsolationError, PluginFailure, PluginModuleError } from '@secret-store/plugin-host';
import { SealingError } from '@secret-store/sealing';
import { errorCode } from '../errors/error-name.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';

const messageCharactersMaximum = 1000;

/** What a check that ended with this error answers. Only texts that our own code wrote. */
export const checkFailure = (error: unknown): Pick<WorkerCheckResult, 'outcome' | 'message'> => {
  if (errorCode(error) === 'SECRET_NOT_FOUND') return { outcome: 'not-found', message: '' };
  return { outcome: 'failed', message: messageOf(error).slice(0, messageCharactersMaximum) };
};

const messageOf = (error: unknown): string => {
  const isOurs =
    error instanceof PluginFailure ||
    error instanceof PluginModuleError ||
    error instanceof IsolationError ||
    error instanceof ResolveFailure ||
    error instanceof SealingError ||
    // by the host, with the name of the key and a sentence of its own
    (error instanceof Error && errorCode(error) === 'CONFIGURATION');
  return isOurs ? error.message : 'the worker failed: its log has the cause';
};
