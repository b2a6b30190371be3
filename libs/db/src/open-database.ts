import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { DatabaseError } from './database-error.ts';
import { PrismaClient } from './generated/client.ts';
import { createKeyedLock } from './keyed-lock.ts';
import type { Log } from './log.ts';
import { createTransaction, type Transaction } from './transaction.ts';

export interface Database {
  prisma: PrismaClient;
  /** The same pool that Prisma uses, for plain statements. */
  pool: pg.Pool;
  /** One transaction of plain statements. It has connections of its own: reads never wait because writes do. */
  readonly transaction: Transaction;
  /** Two connections that never wait behind transactions: for what a transaction waits for. */
  side: pg.Pool;
  /**
   * Runs the work while no one else, in this process or another on the same database, runs work under the same key.
   * If the server restarts meanwhile, the lock is lost but the work goes on: constraints have the last word.
   */
  readonly withLock: <T>(key: string, work: () => Promise<T>) => Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  /** maximum number of connections for reads, and as many again for transactions; 10 by default */
  poolSize?: number;
  log?: Log;
}

const oldestServer = 150_000;
const sideConnections = 2;

export const openDatabase = async ({ url, poolSize = 10, log = () => {} }: DatabaseOptions): Promise<Database> => {
  const openPool = (max: number, name: string): pg.Pool => {
    const opened = new pg.Pool({
      connectionString: url,
      max,
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 30_000,
      application_name: name,
    });
    // without a listener, a server restart would end this process; the pool reconnects by itself
    opened.on('error', (error) => log(`a database connection was lost: ${error.message}`));
    return opened;
  };
  const pool = openPool(poolSize, 'secret-store');
  try {
    await refuseOldServer(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const side = openPool(sideConnections, 'secret-store audit');
  const writes = openPool(poolSize, 'secret-store writes');
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const lock = createKeyedLock({ url, log });
  return {
    prisma,
    pool,
    side,
    transaction: createTransaction(writes),
    withLock: (...parameters) => lock.withLock(...parameters),
    async close() {
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
