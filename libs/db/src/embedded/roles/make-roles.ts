import { inTransaction } from '../../client/in-transaction.ts';
import { readPasswords } from './password-files.ts';
import { roleNames } from './role-names.ts';
import type { RoleStep } from './role-step.ts';
import { roleExists } from './supervisor-session.ts';

const powerless = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';

/** The owner and the application, with the passwords of their files and no power over the server. */
export const makeRoles: RoleStep = async (cluster, session) => {
  const passwords = await readPasswords(cluster);
  await inTransaction(session, async () => {
    for (const kind of ['owner', 'application'] as const) {
      const verb = (await roleExists(session, roleNames[kind])) ? 'ALTER' : 'CREATE';
      const password = session.escapeLiteral(passwords[kind]);
      await session.query(`${verb} ROLE ${roleNames[kind]} ${powerless} PASSWORD ${password}`);
    }
  });
};
