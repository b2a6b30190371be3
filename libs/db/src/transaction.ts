import type pg from 'pg';

/** Runs statements: a pool, or one transaction. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<pg.QueryResult<Row>>;
}

export type Transaction = <T>(work: (tx: Queryable) => Promise<T>) => Promise<T>;

/**
 * Commits when the work is done, and rolls back when it throws. The error of the work, or of the commit, is passed on. After a
 * commit that failed nobody knows whether it happened.
 */
export const createTransaction =
  (pool: pg.Pool): Transaction =>
  async (work) => {
    const client = await pool.connect();
    let isBroken = false;
    try {
      await client.query('BEGIN');
      const result = await work(client);
      const { command } = await client.query('COMMIT');
      // a statement failed, and the work went on
      if (command !== 'COMMIT') throw new Error('the transaction was rolled back: one of its statements failed');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => (isBroken = true));
      throw error;
    } finally {
      client.release(isBroken);
    }
  };
