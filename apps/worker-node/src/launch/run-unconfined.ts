import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { CommandLine } from './command-line.ts';
import { forwardSignals } from './forward-signals.ts';

/** Runs a command with an environment of its own and no other isolation. */
export const runUnconfined = async ({ command, commandArguments, environment }: CommandLine): Promise<Ending> => {
  const child = spawn(command, commandArguments, { env: environment, stdio: 'inherit' });
  forwardSignals((signal) => child.kill(signal));
  return endingOf(child);
};

export interface Ending {
  readonly exitCode: number;
}

/** How a child ended, as shells report it: 128 plus the number of a signal. Rejects if the child could not start. */
export const endingOf = (child: ChildProcess): Promise<Ending> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]) });
    });
  });
