import { randomBytes, randomUUID } from 'node:crypto';
import { openDatabase } from '@secret-store/db';

/** About the bytes of a sealed value of 100 bytes in its row. */
const rowBytes = 1_050;

/** A table of its own in the store's database: what a write costs at least, its record made durable. */
export interface BareTable {
  /** one `INSERT` that commits, over a connection that knows the statement */
  readonly insert: () => Promise<unknown>;
  /** bytes of the write-ahead log so far */
  readonly walBytes: () => Promise<number>;
  readonly databaseBytes: () => Promise<number>;
}

/** Runs the work with as many connections as it has clients. */
export const withBareTable = async <T>(
  ownerUrl: string,
  clients: number,
  work: (table: BareTable) => Promise<T>,
): Promise<T> => {
  const database = await openDatabase({ url: ownerUrl, connections: { reads: clients, writes: 1 } });
  const { pool } = database;
  const bytes = async (expression: string): Promise<number> => {
    const { rows } = await pool.query<{ bytes: string }>(`SELECT (${expression})::text AS bytes`);
    return Number(rows[0]?.bytes);
  };
  try {
    await pool.query('CREATE SCHEMA IF NOT EXISTS bench');
    await pool.query('CREATE TABLE IF NOT EXISTS bench.bare (id uuid PRIMARY KEY, record bytea NOT NULL)');
    return await work({
      insert: () =>
        pool.query({
          name: 'bare-insert',
          text: 'INSERT INTO bench.bare (id, record) VALUES ($1, $2)',
          values: [randomUUID(), randomBytes(rowBytes)],
        }),
      walBytes: () => bytes(`pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')`),
      databaseBytes: () => bytes('pg_database_size(current_database())'),
    });
  } finally {
    await database.close();
  }
};
