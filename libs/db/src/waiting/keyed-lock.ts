import { createHash } from 'node:crypto';
import { Mutex, Semaphore } from 'async-mutex';
import pg from 'pg';
import { connectionAddress } from '../client/connection-address.ts';
import { DatabaseError } from '../database-error.ts';
import type { Log } from '../log.ts';
import { connectPatiently } from './connect-patiently.ts';
import type { SilenceWatch } from './silence-watch.ts';
import { Turns } from './turns.ts';
import { usualLimits, type WaitLimits } from './wait-limits.ts';
import { WaitingRoom, type WaitOptions } from './waiting-room.ts';

export interface KeyedLock {
  readonly withLock: <T>(key: string, work: () => Promise<T>, options?: WaitOptions) => Promise<T>;
  close(): Promise<void>;
}

export interface KeyedLockOptions {
  url: string;
  log: Log;
  /** of those who wait for a turn in this process, and again for another process */
  limits?: WaitLimits;
  /** ends connections of a server that hangs */
  silence: SilenceWatch;
}

const lockTimeoutState = '55P03';
/** Also work that is patient in this process gives up on another one some time, and is begun again later. */
const patientMilliseconds = 60_000;
/** Connections that wait for other processes at once; counted in `stand/connections.ts`. */
const waitingConnections = 1;

/**
 * In this process, a queue for each key; between processes, PostgreSQL's advisory locks. One shared
 * connection holds all locks that were free, so that a thousand of them, also nested, cost no more. Only a lock that
 * another process holds is waited for on its own connection, in PostgreSQL's fair queue; one of those at once.
 */
export const createKeyedLock = ({ url, log, silence, limits = usualLimits }: KeyedLockOptions): KeyedLock => {
  const turns = new Turns(limits);
  const waitingForOthers = new WaitingRoom(limits);
  const connectionsForOthers = new Semaphore(waitingConnections);
  let shared: Promise<pg.Client> | null = null;
  // a connection takes one query at a time
  const oneQuery = new Mutex();

  const sharedClient = (): Promise<pg.Client> => {
    shared ??= connectPatiently(connect, limits.patience).catch((error: unknown) => {
      shared = null;
      throw error;
    });
    return shared;
  };

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({
      ...connectionAddress(url),
      connectionTimeoutMillis: 10_000,
      application_name: 'secret-store locks',
    });
    client.on('error', (error) => log(`the connection that holds locks was lost: ${error.message}`));
    client.on('end', () => (shared = null));
    await client.connect();
    return client;
  };

  const acquire = async (id: string, options?: WaitOptions): Promise<() => Promise<void>> => {
    const client = await sharedClient();
    const { rows } = await oneQuery.runExclusive(() =>
      silence.during(client, () =>
        client.query<{ free: boolean }>('SELECT pg_try_advisory_lock($1::bigint) AS free', [id]),
      ),
    );
    if (rows[0]?.free === true) return () => unlock(client, id);
    return waitForOther(id, options);
  };

  /** A server that went away has released the lock already. */
  const unlock = async (client: pg.Client, id: string): Promise<void> => {
    try {
      await oneQuery.runExclusive(() =>
        silence.during(client, () => client.query('SELECT pg_advisory_unlock($1::bigint)', [id])),
      );
    } catch (error) {
      log(`a lock ended with its connection: ${messageOf(error)}`);
      // a connection in doubt must not keep the lock
      await client.end().catch(() => {});
    }
  };

  const waitForOther = async (id: string, options?: WaitOptions): Promise<() => Promise<void>> => {
    const leave = await waitingForOthers.enter(connectionsForOthers, options);
    try {
      const client = await connectPatiently(connectToWait, limits.patience);
      const patience = options?.isPatient === true ? patientMilliseconds : limits.patience;
      await silence.during(client, () => lockOn(client, id, patience));
      return async () => {
        await client.end().catch(() => {});
        leave();
      };
    } catch (error) {
      leave();
      throw error;
    }
  };

  const connectToWait = async (): Promise<pg.Client> => {
    const client = new pg.Client({
      ...connectionAddress(url),
      connectionTimeoutMillis: 10_000,
      application_name: 'secret-store lock',
    });
    client.on('error', (error) => log(`a connection that holds a lock was lost: ${error.message}`));
    await client.connect();
    return client;
  };

  const lockAndWork = async <T>(key: string, work: () => Promise<T>, options?: WaitOptions): Promise<T> => {
    const release = await acquire(lockId(key), options);
    try {
      return await work();
    } finally {
      await release();
    }
  };

  return {
    withLock: (key, work, options) => turns.run(key, () => lockAndWork(key, work, options), options),
    async close() {
      await turns.end();
      const client = await shared?.catch(() => null);
      await client?.end();
    },
  };
};

const lockOn = async (client: pg.Client, id: string, milliseconds: number): Promise<void> => {
  try {
    await client.query(`SET lock_timeout = ${milliseconds}`);
    await client.query('SELECT pg_advisory_lock($1::bigint)', [id]);
  } catch (error) {
    await client.end().catch(() => {});
    if (!(error instanceof pg.DatabaseError) || error.code !== lockTimeoutState) throw error;
    const message = 'another change to the same object is taking too long; try again later';
    throw new DatabaseError('LOCK_TIMEOUT', message, { cause: error });
  }
};

/** 64 bits of a hash: two keys that collide only wait for each other. */
const lockId = (key: string): string => {
  return createHash('sha256').update(key).digest().readBigInt64BE(0).toString();
};

const messageOf = (error: unknown): string => {
  return error instanceof Error ? error.message : 'unknown';
};
