import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from '../database-error.ts';
import { isUnavailable } from './is-unavailable.ts';

const pauseMilliseconds = 100;

/**
 * A server that starts, or has no connection left, is waited for.
 * @param patience in milliseconds; the last attempt may take as long again
 * @throws {DatabaseError} `OVERLOADED` where the time is up. Any other error of an attempt is passed on at once
 */
export const connectPatiently = async <T>(attempt: () => Promise<T>, patience: number): Promise<T> => {
  const end = performance.now() + patience;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      if (performance.now() + pauseMilliseconds >= end) {
        throw new DatabaseError('OVERLOADED', 'there was no connection to the database in time', { cause: error });
      }
      await delay(pauseMilliseconds);
    }
  }
};
