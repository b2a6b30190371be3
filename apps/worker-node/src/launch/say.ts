import { writeSync } from 'node:fs';

/**
 * Prints one line on standard error. Writes to the descriptor itself: `process.stderr` would make the pipe non-blocking,
 * and the command shares that pipe.
 */
export const say = (message: string): void => {
  try {
    writeSync(2, `secret-store: ${message.replaceAll(/\p{Cc}+/gu, ' ')}\n`);
  } catch {
    // Nobody reads standard error any more; the exit code still reports the failure.
  }
};
