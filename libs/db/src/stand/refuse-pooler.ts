import pg from 'pg';
import { connectionAddress } from '../client/connection-address.ts';
import { DatabaseError } from '../database-error.ts';

/** Another client of the pooler may come in between. */
const attempts = 3;

/**
 * A pooler that gives each transaction, or each statement, another session of the server loses locks and prepared statements,
 * and with them writes. One that pools sessions is as good as none.
 * @throws {DatabaseError} `POOLER` where there is one of the first kind
 */
export const refusePooler = async (url: string): Promise<void> => {
  const [first, second] = [connect(url), connect(url)];
  try {
    await first.connect();
    if ((await sessionOf(first)) === introducedAs(first)) return;
    await second.connect();
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (await areMixed(first, second)) throw refusal();
    }
  } finally {
    await Promise.all([first, second].map((client) => client.end().catch(() => undefined)));
  }
};

const connect = (url: string): pg.Client => {
  const client = new pg.Client({
    ...connectionAddress(url),
    connectionTimeoutMillis: 10_000,
    application_name: 'secret-store start',
  });
  client.on('error', () => undefined);
  return client;
};

/** What the server said of its process (BackendKeyData), which the types of pg leave out. */
const introducedAs = (client: pg.Client): number | null =>
  'processID' in client && typeof client.processID === 'number' ? client.processID : null;

const sessionOf = async (client: pg.Client): Promise<number | null> => {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? null;
};

/** Whether the sessions behind two connections change while one of them is in a transaction. */
const areMixed = async (resting: pg.Client, working: pg.Client): Promise<boolean> => {
  const before = await sessionOf(resting);
  try {
    await working.query('BEGIN');
    // the one that rests has given its session away
    if ((await sessionOf(working)) === before) return true;
    return (await sessionOf(resting)) !== before;
  } catch (error) {
    // a pooler of statements knows no transactions
    if (error instanceof pg.DatabaseError) return true;
    throw error;
  } finally {
    await working.query('ROLLBACK').catch(() => undefined);
  }
};

const refusal = (): DatabaseError =>
  new DatabaseError(
    'POOLER',
    'a pooler in front of the database gives each transaction another session, which loses locks and prepared statements: ' +
      'set its pool_mode to session, or connect to PostgreSQL itself',
  );
