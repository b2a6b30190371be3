import pg from 'pg';

/** `changing`: on its way up or down. */
export type ServerState = 'up' | 'changing' | 'down';

const notThere = ['ENOENT', 'ECONNREFUSED'];
const tooManyConnections = '53300';
/** admin_shutdown, crash_shutdown, cannot_connect_now, and a connection that ended under way */
const inBetween = ['57P01', '57P02', '57P03', 'ECONNRESET', 'EPIPE', 'CONNECTION_ENDED'];

/** Whether the server answers; throws what is neither up nor down, such as a wrong password. */
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
  if (code === tooManyConnections) return 'up';
  if (inBetween.includes(code)) return 'changing';
  throw error;
}
