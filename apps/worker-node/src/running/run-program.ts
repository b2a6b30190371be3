import { exitCode } from '../errors/exit-code.ts';
import { SettingError } from '../errors/setting-error.ts';
import { keepMemoryPrivate } from '../hygiene/keep-memory-private.ts';
import { type ForwardedSignal, forwardedSignals } from '../launch/forward-signals.ts';
import { goOnIgnoring, type IgnoredSignals, readIgnoredSignals } from '../launch/ignored-signals.ts';
import { say } from '../launch/say.ts';

/** Which signals are passed on to the command, and which were ignored when we were started. */
export interface Signals {
  readonly forwarded: readonly ForwardedSignal[];
  readonly ignored: IgnoredSignals;
}

/** Runs `exec` or `supervise` as this process, and ends it. */
export const runProgram = async (
  program: (words: readonly string[], signals: Signals) => Promise<number>,
): Promise<never> => {
  // First of all: otherwise Node answers this signal by opening its inspector on a process that holds secrets.
  process.on('SIGUSR1', () => undefined);
  // Node would print the error's text, which may quote a value.
  process.on('uncaughtException', (error) => process.exit(failure(error)));
  const ignored = readIgnoredSignals(process.env);
  goOnIgnoring(ignored);
  const forwarded = forwardedSignals.filter((signal) => !ignored.names.has(signal));
  const run = async (): Promise<number> => {
    keepMemoryPrivate();
    return program(process.argv.slice(2), { forwarded, ignored });
  };
  process.exit(await run().catch(failure));
};

const failure = (error: unknown): number => {
  say(error instanceof SettingError ? error.message : 'this command failed because of an error in itself: report it');
  return exitCode.configuration;
};

/** What is wrong with the words. */
export const sayUsage = (problem: string): number => {
  for (const line of problem.split('\n')) say(line);
  return exitCode.usage;
};
