import {
  type ConfigurationProblem,
  configurationProblems,
  type VaultProblem,
  vaultProblems,
} from '@secret-store/provider-sdk';
import type { ErrorClass } from '../protocol/messages.ts';
import type { ValueFault } from '../protocol/value-fault.ts';
import { FactoryMissingError } from './load-provider.ts';
import { BadReturnError, BadValueError } from './returned.ts';

export interface ErrorAnswer {
  readonly ok: false;
  readonly error: ErrorClass;
  readonly key?: string;
  readonly reason?: ConfigurationProblem;
  readonly problem?: VaultProblem;
  readonly fault?: ValueFault;
  readonly bytes?: number;
}

/**
 * Reduces an error to its class and, if it is about the configuration, the name of a key. A plugin bundles its own
 * copy of the SDK, so its classes are recognised by name and code.
 * @param keys the key names that an error may contain; none except during the start
 * @param isRefused whether a destination outside of the egress list explains the error, which is `isVague` if it does not say
 *   what failed, or only that there is no connection
 */
export const errorAnswer = (
  error: unknown,
  keys: readonly string[],
  isRefused: (isVague: boolean) => boolean,
): ErrorAnswer => {
  if (error instanceof FactoryMissingError) return { ok: false, error: 'FactoryMissing' };
  if (error instanceof BadReturnError) return { ok: false, error: 'BadReturn' };
  if (error instanceof BadValueError) {
    return { ok: false, error: 'BadValue', fault: error.fault, bytes: error.bytes };
  }
  const { name, code, key, message, problem, reason } = fieldsOf(error);
  if (name === 'SecretNotFoundError' || code === 'SECRET_NOT_FOUND') return { ok: false, error: 'SecretNotFoundError' };
  if (code === 'INVALID_REFERENCE') return { ok: false, error: 'InvalidReferenceError' };
  const known = code === 'VAULT_PROBLEM' ? vaultProblems.find((one) => one === problem) : undefined;
  if (known !== undefined) return problemAnswer(isRefused(vague.has(known)) ? 'not-in-egress' : known);
  const named = keys.find((declared) => declared === key);
  if (named === undefined && isRefused(true)) return problemAnswer('not-in-egress');
  const blamed = named ?? keyNamedIn(message, keys);
  if (blamed === undefined) return { ok: false, error: 'Error' };
  const why = configurationProblems.find((one) => one === reason);
  return { ok: false, error: 'ConfigurationError', key: blamed, ...(why !== undefined && { reason: why }) };
};

/** What a plugin may take a refused connection for. */
const vague: ReadonlySet<VaultProblem> = new Set(['unreachable', 'timed-out']);

const problemAnswer = (problem: VaultProblem): ErrorAnswer => ({ ok: false, error: 'VaultProblemError', problem });

const fieldsOf = (error: unknown) => {
  const field = (name: string): string => {
    try {
      const value: unknown = Reflect.get(Object(error), name);
      return typeof value === 'string' ? value : '';
    } catch {
      return ''; // a getter that throws
    }
  };
  return {
    name: field('name'),
    code: field('code'),
    key: field('key'),
    message: field('message'),
    problem: field('problem'),
    reason: field('reason'),
  };
};

/** A vault's whole answer may stand in a message. */
const longestMessage = 4_096;

/** A factory without the SDK throws a plain error that names the key: the longest name that stands in it as a word. */
const keyNamedIn = (message: string, keys: readonly string[]): string | undefined => {
  const words = new Set(
    message
      .slice(0, longestMessage)
      .split(/[^A-Za-z0-9_.-]+/)
      .map((word) => word.replace(/\.+$/, '')),
  );
  return keys.filter((key) => words.has(key)).toSorted((one, other) => other.length - one.length)[0];
};
