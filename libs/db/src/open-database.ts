import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { DatabaseError } from './database-error.ts';
import { PrismaClient } from './generated/client.ts';
import type { Log } from './log.ts';
import {
  type Connections,
  connectionsWithin,
  sideConnections,
  totalOf,
  usualConnections,
} from './stand/connections.ts';
import { refusePooler } from './stand/refuse-pooler.ts';
import { requireRoom } from './stand/require-room.ts';
import { createTransaction, type Transaction } from './transaction.ts';
import { BoundedPool } from './waiting/bounded-pool.ts';
import { createKeyedLock, type KeyedLock } from './waiting/keyed-lock.ts';
import { type SilenceLimits, SilenceWatch } from './waiting/silence-watch.ts';
import { usualLimits, type WaitLimits } from './waiting/wait-limits.ts';

export interface Database {
  prisma: PrismaClient;
  /** The same pool that Prisma uses, for plain statements. */
  pool: pg.Pool;
  /** One transaction of plain statements. It has connections of its own: reads never wait because writes do. */
  readonly transaction: Transaction;
  /** A connection that never waits behind transactions: for what a transaction waits for. */
  side: pg.Pool;
  /**
   * Runs the work while no one else, in this process or another on the same database, runs work under the same key.
   * If the server restarts meanwhile, the lock is lost but the work goes on: constraints have the last word.
   * Throws `OVERLOADED` or `LOCK_TIMEOUT` where it waited too long, and the work has not begun.
   */
  readonly withLock: KeyedLock['withLock'];
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  /** at most; by default those of 10 in all, see `connectionsWithin` */
  connections?: Connections;
  /** how much may wait for each pool, for locks of this process and for those of others */
  limits?: WaitLimits;
  /** after how long a server that says nothing is taken for hung; 9 s in all by default */
  silence?: SilenceLimits;
  /** after how many milliseconds PostgreSQL ends a transaction whose process says nothing; 4 s by default */
  idleInTransaction?: number;
  log?: Log;
}

const oldestServer = 150_000;
/** Of one statement of a transaction, lest it holds its connection for ever. */
const statementMilliseconds = 60_000;
/** Of a process that hangs in a transaction: less than others wait for what it has locked, so that they get it. */
const idleMilliseconds = 4_000;

export const openDatabase = async (options: DatabaseOptions): Promise<Database> => {
  const idle = { idle_in_transaction_session_timeout: options.idleInTransaction ?? idleMilliseconds };
  const { url, connections = connectionsWithin(usualConnections), limits = usualLimits, log = () => {} } = options;
  const silence = new SilenceWatch(url, options.silence);
  const shared = { url, log, limits, silence };
  const lockTimeout = { lock_timeout: limits.patience };
  const pool = new BoundedPool({ ...shared, max: connections.reads, name: 'secret-store', timeouts: lockTimeout });
  try {
    await refuseOldServer(pool);
    await requireRoom(pool, totalOf(connections));
    await refusePooler(url);
  } catch (error) {
    silence.close();
    await pool.end();
    throw error;
  }
  const side = new BoundedPool({
    ...shared,
    max: sideConnections,
    name: 'secret-store audit',
    timeouts: idle,
  });
  const writes = new BoundedPool({
    ...shared,
    max: connections.writes,
    name: 'secret-store writes',
    timeouts: { ...lockTimeout, ...idle, statement_timeout: statementMilliseconds },
  });
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const lock = createKeyedLock(shared);
  return {
    prisma,
    pool,
    side,
    transaction: createTransaction(writes),
    withLock: (...parameters) => lock.withLock(...parameters),
    async close() {
      silence.close();
      await prisma.$disconnect();
      await lock.close();
      await side.end();
      await writes.end();
      await pool.end();
    },
  };
};

const refuseOldServer = async (pool: pg.Pool): Promise<void> => {
  const { rows } = await pool.query<{ version: number }>(
    `SELECT current_setting('server_version_num')::int AS version`,
  );
  const version = rows[0]?.version ?? 0;
  if (version < oldestServer) {
    const major = Math.floor(version / 10_000);
    throw new DatabaseError('SERVER_TOO_OLD', `the database server is PostgreSQL ${major}; use 15 or later`);
  }
};
