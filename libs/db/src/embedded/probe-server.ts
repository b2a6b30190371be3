import pg from 'pg';

/** `changing`: on its way up or down. */
export type ServerState = 'up' | 'changing' | 'down';

const notThere = ['ENOENT', 'ECONNREFUSED'];
/**
 * Too many connections, and a wrong password: the server answers, which is all that is asked. A cluster from before there
 * were three roles does not know the supervisor's yet.
 */
const answering = ['53300', '28P01'];
/** admin_shutdown, crash_shutdown, cannot_connect_now, and a connection that ended under way */
const inBetween = ['57P01', '57P02', '57P03', 'ECONNRESET', 'EPIPE', 'CONNECTION_ENDED'];

/** Whether the server answers; throws what is neither up nor down, such as a database that is not there. */
export async function probeServer(url: string): Promise<ServerState> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
    return 'up';
  } catch (error) {
    return stateOf(error);
  } finally {
    await client.end().catch(() => {});
  }
}

function stateOf(error: unknown): ServerState {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'CONNECTION_ENDED';
  if (notThere.includes(code)) return 'down';
  if (answering.includes(code)) return 'up';
  if (inBetween.includes(code)) return 'changing';
  throw error;
}
