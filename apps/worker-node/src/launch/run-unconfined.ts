import { spawn } from 'node:child_process';
import type { CommandLine } from './command-line.ts';
import { ended, type Ending } from './ended.ts';
import { forwardSignals } from './forward-signals.ts';

/** Runs a command with nothing but its environment set apart. */
export const runUnconfined = async ({ command, commandArguments, environment }: CommandLine): Promise<Ending> => {
  const child = spawn(command, commandArguments, { env: environment, stdio: 'inherit' });
  forwardSignals((signal) => child.kill(signal));
  return ended(child);
};
