import { createHash } from 'node:crypto';
import { Mutex } from 'async-mutex';
import pg from 'pg';
import { DatabaseError } from './database-error.ts';
import type { Log } from './log.ts';
import { Turns } from './turns.ts';

export interface KeyedLock {
  readonly withLock: <T>(key: string, work: () => Promise<T>) => Promise<T>;
  close(): Promise<void>;
}

export interface KeyedLockOptions {
  url: string;
  log: Log;
  /** how long to wait for another process; 60 s by default */
  waitMilliseconds?: number;
}

const lockTimeoutState = '55P03';

/**
 * In this process, a queue for each key; between processes, PostgreSQL's advisory locks. One shared
 * connection holds all locks that were free, so that a thousand of them, also nested, cost no more. Only a lock that
 * another process holds is waited for on its own connection, in PostgreSQL's fair queue.
 */
export const createKeyedLock = ({ url, log, waitMilliseconds = 60_000 }: KeyedLockOptions): KeyedLock => {
  const turns = new Turns();
  let shared: Promise<pg.Client> | null = null;
  // a connection takes one query at a time
  const oneQuery = new Mutex();

  const sharedClient = (): Promise<pg.Client> => {
    shared ??= connect().catch((error: unknown) => {
      shared = null;
      throw error;
    });
    return shared;
  };

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 10_000,
      application_name: 'secret-store locks',
    });
    client.on('error', (error) => log(`the connection that holds locks was lost: ${error.message}`));
    client.on('end', () => (shared = null));
    await client.connect();
    return client;
  };

  const acquire = async (id: string): Promise<() => Promise<void>> => {
    const client = await sharedClient();
    const { rows } = await oneQuery.runExclusive(() =>
      client.query<{ free: boolean }>('SELECT pg_try_advisory_lock($1::bigint) AS free', [id]),
    );
    if (rows[0]?.free === true) return () => unlock(client, id);
    return waitForOther(id);
  };

  /** A server that went away has released the lock already. */
  const unlock = async (client: pg.Client, id: string): Promise<void> => {
    try {
      await oneQuery.runExclusive(() => client.query('SELECT pg_advisory_unlock($1::bigint)', [id]));
    } catch (error) {
      log(`a lock ended with its connection: ${messageOf(error)}`);
      // a connection in doubt must not keep the lock
      await client.end().catch(() => {});
    }
  };

  const waitForOther = async (id: string): Promise<() => Promise<void>> => {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 10_000,
      application_name: 'secret-store lock',
    });
    client.on('error', (error) => log(`a connection that holds a lock was lost: ${error.message}`));
    await client.connect();
    try {
      await client.query(`SET lock_timeout = ${waitMilliseconds}`);
      await client.query('SELECT pg_advisory_lock($1::bigint)', [id]);
    } catch (error) {
      await client.end().catch(() => {});
      if (!(error instanceof pg.DatabaseError) || error.code !== lockTimeoutState) throw error;
      const message = 'another change to the same object is taking too long; try again later';
      throw new DatabaseError('LOCK_TIMEOUT', message, { cause: error });
    }
    return () => client.end().catch(() => {});
  };

  const lockAndWork = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const release = await acquire(lockId(key));
    try {
      return await work();
    } finally {
      await release();
    }
  };

  return {
    withLock: (key, work) => turns.run(key, () => lockAndWork(key, work)),
    async close() {
      await turns.end();
      const client = await shared?.catch(() => null);
      await client?.end();
    },
  };
};

/** 64 bits of a hash: two keys that collide only wait for each other. */
const lockId = (key: string): string => {
  return createHash('sha256').update(key).digest().readBigInt64BE(0).toString();
};

const messageOf = (error: unknown): string => {
  return error instanceof Error ? error.message : 'unknown';
};
