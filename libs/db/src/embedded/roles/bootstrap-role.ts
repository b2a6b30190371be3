import { withClient } from '../../client/with-client.ts';
import { inTransaction } from '../../client/in-transaction.ts';
import { maintenanceDatabase, urlOf } from './cluster.ts';
import { readPasswords, replacePassword } from './password-files.ts';
import { roleNames } from './role-names.ts';
import type { RoleStep } from './role-step.ts';
import { roleExists, supervisorConnection } from './supervisor-session.ts';

/*
 * A cluster from before there were three roles: its first role, which can never stop being a superuser, has the name and
 * the password that the application uses. It becomes the supervisor's, and the application gets a new one. The second
 * superuser stands for "under way": it is there from the first step to the last.
 */

/** A role cannot be renamed in a session of its own. */
const secondSuperuser = 'secret_store_upgrade';

/** The object id of the role that `initdb` makes, in every PostgreSQL. */
const firstRole = 10;

export const makeSecondSuperuser: RoleStep = async (cluster, session) => {
  if (!(await isFromBefore(session))) return;
  const { supervisor } = await readPasswords(cluster);
  const verb = (await roleExists(session, secondSuperuser)) ? 'ALTER' : 'CREATE';
  await session.query(`${verb} ROLE ${secondSuperuser} SUPERUSER LOGIN PASSWORD ${session.escapeLiteral(supervisor)}`);
};

export const renameFirstRole: RoleStep = async (cluster, session) => {
  if (!(await isFromBefore(session))) return;
  const { supervisor } = await readPasswords(cluster);
  const url = urlOf(cluster.socket, secondSuperuser, supervisor, maintenanceDatabase);
  await withClient(url, (client) =>
    inTransaction(client, async () => {
      await client.query(`ALTER ROLE ${roleNames.application} RENAME TO ${roleNames.supervisor}`);
      await client.query(`ALTER ROLE ${roleNames.supervisor} PASSWORD ${client.escapeLiteral(supervisor)}`);
    }),
  );
};

/** The application's password was a superuser's: it gets another, and who came in with the old one goes. */
export const retireOldPassword: RoleStep = async (cluster, session) => {
  if (!(await roleExists(session, secondSuperuser))) return;
  await replacePassword(cluster, 'application');
  await session.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE usesysid = $1 AND backend_type = 'client backend' AND application_name <> $2`,
    [firstRole, supervisorConnection],
  );
};

export const removeSecondSuperuser: RoleStep = async (_, session) => {
  await session.query(`DROP ROLE IF EXISTS ${secondSuperuser}`);
};

const isFromBefore = async (session: Parameters<RoleStep>[1]): Promise<boolean> => {
  const { rowCount } = await session.query('SELECT FROM pg_roles WHERE oid = $1 AND rolname = $2', [
    firstRole,
    roleNames.application,
  ]);
  return rowCount === 1;
};
