import { writeSync } from 'node:fs';

/**
 * One line on standard error. Written to the descriptor itself: `process.stderr` would make the pipe non-blocking, which
 * the command shares.
 */
export const say = (message: string): void => {
  try {
    writeSync(2, `secret-store: ${message.replaceAll(/\p{Cc}+/gu, ' ')}\n`);
  } catch {
    // Nobody reads it any more; the exit code still tells.
  }
};
