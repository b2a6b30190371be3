import { type DestinationStream, pino } from 'pino';

const standardError = 2;

/**
 * Standard error, for the lines of a program that serves others: nobody waits for the reader of the log. Lines are written
 * together, at least ten times a second, and the rest when the process ends: also when it fails, but not when it is killed. A
 * reader that stands still loses lines before it costs memory.
 */
export const logDestination = (): DestinationStream =>
  pino.destination({
    dest: standardError,
    sync: false,
    minLength: 4096,
    periodicFlush: 100,
    maxLength: 16 * 1024 * 1024,
  });
