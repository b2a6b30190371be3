import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { closeInheritedDescriptors } from '../sandbox/close-descriptors.ts';
import { ignoreSignals } from '../sandbox/sandbox-arguments.ts';
import type { CommandLine } from './command-line.ts';
import { findProgram } from './find-program.ts';
import type { RunOptions } from './run-command.ts';

/** Runs a command with an environment of its own and no other isolation. */
export const runUnconfined = async (
  { command, commandArguments, environment }: CommandLine,
  { ignored, searchPath, control }: Pick<RunOptions, 'ignored' | 'searchPath' | 'control'>,
): Promise<Ending> => {
  // Node resets all signals for a child, so that only env can have it ignore some again.
  const env = ignored.numbers.length === 0 ? null : findProgram('env', searchPath);
  closeInheritedDescriptors();
  const child =
    env === null
      ? spawn(command, commandArguments, { env: environment, stdio: 'inherit' })
      : spawn(env, [...ignoreSignals(ignored.numbers), '--', command, ...commandArguments], {
          env: environment,
          stdio: 'inherit',
        });
  control.attach({ signal: (signal) => child.kill(signal), kill: () => child.kill('SIGKILL') });
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
