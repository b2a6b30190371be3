import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { connectionAddress } from './client/connection-address.ts';
import { DatabaseError } from './database-error.ts';
import type { Log } from './log.ts';

/** "runs" in ASCII; two numbers never meet the keyed locks, which have one. */
const lock = [0x72_75_6e_73, 1] as const;
const waitMilliseconds = 60_000;
const pauseMilliseconds = 250;

export interface RunningLockOptions {
  url: string;
  log: Log;
}

export interface RunningLock {
  release(): Promise<void>;
}

const connect = async (url: string, log: Log): Promise<pg.Client> => {
  const client = new pg.Client({
    ...connectionAddress(url),
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: 'secret-store runs',
  });
  client.on('error', (error) => log(`the connection that says that a backend runs was lost: ${error.message}`));
  await client.connect();
  return client;
};

const isTaken = async (client: pg.Client, how: 'shared' | 'alone'): Promise<boolean> => {
  const call = how === 'shared' ? 'pg_try_advisory_lock_shared' : 'pg_try_advisory_lock';
  const { rows } = await client.query<{ taken: boolean }>(`SELECT ${call}($1::int, $2::int) AS taken`, [...lock]);
  return rows[0]?.taken === true;
};

/**
 * Tells every tool on this database that a backend runs, until it is released. A connection that is lost is made again.
 * Throws `LOCK_TIMEOUT` while a tool works that must not meet a backend.
 */
export const holdRunningLock = async ({ url, log }: RunningLockOptions): Promise<RunningLock> => {
  const released = new AbortController();
  let client = await connect(url, log);
  const begun = performance.now();
  while (!(await isTaken(client, 'shared'))) {
    if (performance.now() - begun > waitMilliseconds) {
      await client.end();
      throw new DatabaseError(
        'LOCK_TIMEOUT',
        'a command that needs the store stopped works on this database; try later',
      );
    }
    await delay(pauseMilliseconds);
  }
  const holdAgain = async (): Promise<void> => {
    while (!released.signal.aborted) {
      const next = await connect(url, log).catch(() => null);
      if (next !== null && (await isTaken(next, 'shared').catch(() => false))) {
        client = next;
        watch();
        return;
      }
      await next?.end().catch(() => undefined);
      await delay(pauseMilliseconds, undefined, { signal: released.signal, ref: false }).catch(() => undefined);
    }
  };
  let holding: Promise<void> = Promise.resolve();
  const watch = (): void => {
    client.once('end', () => {
      if (!released.signal.aborted) holding = holdAgain();
    });
  };
  watch();
  return {
    release: async () => {
      released.abort();
      await holding;
      await client.end().catch(() => undefined);
    },
  };
};

/** Runs the work while no backend can start on the database. Throws `IN_USE` when one runs. */
export const whileNothingRuns = async <T>({ url, log }: RunningLockOptions, work: () => Promise<T>): Promise<T> => {
  const client = await connect(url, log);
  try {
    if (!(await isTaken(client, 'alone'))) {
      throw new DatabaseError('IN_USE', 'a backend runs on this database; stop the store first');
    }
    return await work();
  } finally {
    await client.end().catch(() => undefined);
  }
};
