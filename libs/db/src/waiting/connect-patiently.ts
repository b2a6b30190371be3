import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { DatabaseError } from '../database-error.ts';
import { isUnavailable } from './is-unavailable.ts';

const pauseMilliseconds = 100;

const Coded = z.object({ code: z.string() });

const noConnection = (error: unknown): string => {
  const { data } = Coded.safeParse(error);
  const code = data === undefined ? '' : ` (${data.code})`;
  return `the database gave no connection in time${code}: check that it runs at this address and takes more connections`;
};

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
        throw new DatabaseError('OVERLOADED', noConnection(error), { cause: error });
      }
      await delay(pauseMilliseconds);
    }
  }
};
