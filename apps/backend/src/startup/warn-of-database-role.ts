import { describeRole, excessOf } from '@secret-store/db';
import type { Dependencies } from '../dependencies.ts';

/**
 * One warning when the role of DATABASE_URL may do more than the application needs: an attacker who gets hold of the backend's
 * connection gets that too. The backend starts all the same.
 */
export const warnOfDatabaseRole = async ({ db, log }: Pick<Dependencies, 'db' | 'log'>): Promise<void> => {
  const role = await describeRole(db.pool);
  const excess = excessOf(role);
  if (excess.length === 0) return;
  log.warn(
    { role: role.name },
    `the database role of DATABASE_URL ${excess.join(', ')}: give the backend a role that only reads and writes rows, ` +
      'as docs/database-roles.md says',
  );
};
