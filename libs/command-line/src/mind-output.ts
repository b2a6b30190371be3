import { exitCodes } from './exit-codes.ts';

/**
 * A reader that goes away, such as `head`, or a full disk behind `>`, does not end a command in the middle of its work. A command that
 * could not print everything fails once it is done.
 */
export const mindOutput = (): void => {
  // the dispatcher runs a command in its own process
  if (process.stdout.listenerCount('error') > 0) return;
  let isLost = false;
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // EPIPE: the reader was ended on purpose
    if (!isLost && error.code !== 'EPIPE')
      process.stderr.write(`secret-store: standard output cannot be written: ${error.message}\n`);
    isLost = true;
  });
  process.once('exit', (code) => {
    if (isLost && code === 0) process.exitCode = exitCodes.failed;
  });
};
