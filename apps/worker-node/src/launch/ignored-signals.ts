import { constants } from 'node:os';

/**
 * Set by the script that starts Node: which signals were ignored then, as `SigIgn` of proc(5). Node resets all of them at
 * its start, and so cannot tell.
 */
const variable = 'SECRET_STORE_IGNORED_SIGNALS';

export interface IgnoredSignals {
  readonly names: ReadonlySet<NodeJS.Signals>;
  readonly numbers: readonly number[];
}

export const readIgnoredSignals = (environment: Readonly<Record<string, string | undefined>>): IgnoredSignals => {
  const text = environment[variable] ?? '';
  const mask = /^[0-9a-f]{1,16}$/.test(text) ? BigInt(`0x${text}`) : 0n;
  const ignored = signals().filter(([, number]) => ((mask >> BigInt(number - 1)) & 1n) === 1n);
  return {
    names: new Set(ignored.map(([name]) => name)),
    numbers: [...new Set(ignored.map(([, number]) => number))],
  };
};

/** Not those by which the processor reports an error, for which a handler of Node does no good. */
const ofProcessor = new Set<string>(['SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGPROF', 'SIGKILL', 'SIGSTOP']);

const signals = (): (readonly [NodeJS.Signals, number])[] =>
  // Object.entries forgets that the keys are the names of signals.
  (Object.entries(constants.signals) as [NodeJS.Signals, number][]).filter(([name]) => !ofProcessor.has(name));

/** POSIX, exec: what is ignored stays ignored. */
export const goOnIgnoring = ({ names }: IgnoredSignals): void => {
  for (const name of names) process.on(name, () => undefined);
};
