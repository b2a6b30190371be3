import { IsolationError, PluginFailure, PluginModuleError } from '@secret-store/plugin-host';
import { ConfigurationError, SecretNotFoundError } from '@secret-store/provider-sdk';
import { SealingError, type WorkerAnswer } from '@secret-store/sealing';
import { ResolveFailure } from '../errors/resolve-failure.ts';

const messageCharactersMaximum = 1000;

/** What a check answers when it ended with this error. Contains only our own text. */
export const checkFailure = (error: unknown): Pick<WorkerAnswer, 'outcome' | 'message' | 'key'> => {
  if (error instanceof SecretNotFoundError) return { outcome: 'not-found', message: '' };
  const message = messageOf(error).slice(0, messageCharactersMaximum);
  return { outcome: 'failed', message, ...(error instanceof ConfigurationError && { key: error.key }) };
};

const messageOf = (error: unknown): string => {
  const isOurs =
    error instanceof PluginFailure ||
    error instanceof PluginModuleError ||
    error instanceof IsolationError ||
    error instanceof ResolveFailure ||
    error instanceof SealingError ||
    // from the plugin host: the name of the key and the host's own sentence
    error instanceof ConfigurationError;
  return isOurs ? error.message : "the worker failed: see the worker's log for the cause";
};
