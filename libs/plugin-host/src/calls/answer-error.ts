import { InvalidReferenceError, SecretNotFoundError } from '@secret-store/provider-sdk';
import { PluginFailure, valueFailure } from '../process/plugin-failure.ts';
import type { CallResult } from '../process/call-table.ts';
import { configurationRefusal } from './configuration-refusal.ts';

/**
 * The error that an answer stands for; null when it is not one.
 * @param keys the configuration keys that an error may name
 */
export const errorIn = ({ answer }: CallResult, keys: ReadonlySet<string>): Error | null => {
  if (answer.ok) return null;
  switch (answer.error) {
    case 'SecretNotFoundError':
      return new SecretNotFoundError();
    case 'InvalidReferenceError':
      return new InvalidReferenceError();
    case 'VaultProblemError':
      return answer.problem === undefined ? new PluginFailure('threw') : new PluginFailure(answer.problem);
    case 'ConfigurationError':
      return answer.key !== undefined && keys.has(answer.key)
        ? configurationRefusal(answer.key, answer.reason)
        : new PluginFailure('threw');
    case 'FactoryMissing':
      return new PluginFailure('factory-missing');
    case 'BadReturn':
      return new PluginFailure('bad-return');
    case 'BadValue':
      return answer.fault === undefined ? new PluginFailure('bad-return') : valueFailure(answer.fault, answer.bytes);
    case 'Error':
      return new PluginFailure('threw');
  }
};
