import type pg from 'pg';
import { DatabaseError } from '../database-error.ts';
import { fewestConnections } from './connections.ts';

interface Room {
  readonly server: number;
  /** -1: no limit of its own */
  readonly database: number;
  readonly role: number;
}

const room = `
  SELECT current_setting('max_connections')::int - CASE WHEN rolsuper THEN 0 ELSE
      current_setting('superuser_reserved_connections')::int +
      coalesce(current_setting('reserved_connections', true)::int, 0) END AS server,
    CASE WHEN rolsuper THEN -1 ELSE datconnlimit END AS database,
    CASE WHEN rolsuper THEN -1 ELSE rolconnlimit END AS role
  FROM pg_roles, pg_database WHERE rolname = session_user AND datname = current_database()`;

const limits: readonly (readonly [key: keyof Room, of: string, raise: string])[] = [
  ['server', 'the server', 'its max_connections'],
  ['database', 'the database', 'its CONNECTION LIMIT'],
  ['role', 'the role', 'its CONNECTION LIMIT'],
];

/**
 * Whether a backend may have all its connections, before it misses some under load.
 * @throws {DatabaseError} `TOO_FEW_CONNECTIONS`
 */
export const requireRoom = async (database: Pick<pg.Pool, 'query'>, total: number): Promise<void> => {
  const { rows } = await database.query<Room>(room);
  const [given] = rows;
  if (given === undefined) return;
  for (const [key, of, raise] of limits) {
    const most = given[key];
    if (most < 0 || most >= total) continue;
    const fewer = most >= fewestConnections ? `set SECRET_STORE_DATABASE_POOL to ${most} or less, or raise` : 'raise';
    throw new DatabaseError(
      'TOO_FEW_CONNECTIONS',
      `${of} has room for ${most} connections, and this backend uses up to ${total}: ${fewer} ${raise}`,
    );
  }
};
