import { constants } from 'node:os';
import type { ForwardedSignal } from './forward-signals.ts';
import type { RunResult } from './run-command.ts';
import { say } from './say.ts';

/** Once, after a command that failed: it may have missed what the sandbox keeps from it. Not after a signal from outside. */
export const sayWhatIsClosed = ({ exitCode, plan }: RunResult, received: ReadonlySet<ForwardedSignal>): void => {
  const stopped = [...received].some((signal) => exitCode === 128 + constants.signals[signal]);
  if (exitCode === 0 || stopped || plan === null) return;
  const { directoryIsWritable } = plan;
  say(
    `the command failed with ${exitCode}. It may write to ${directoryIsWritable ? 'the current directory, ' : ''}/tmp, ~/.cache and each --writable DIR, and sees sockets of other services only with --visible PATH${directoryIsWritable ? '' : '; the current directory is read-only, since it is or contains your home folder, the installation, a data directory or part of the system'}`,
  );
};
