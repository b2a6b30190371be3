import type { Actor } from '@secret-store/api';
import { userActor } from '../../../audit/user-actor.ts';
import type { Dependencies } from '../../../dependencies.ts';
import { type Change, change } from '../../../ledger/change.ts';
import type { Rows } from '../../../rows/row-kinds.ts';
import { requirePermission } from '../../permissions.ts';
import { endSessionsOf } from '../../sessions/end-sessions.ts';
import { isLastAdministrator, withAdministratorsLock } from '../../users/last-administrator.ts';
import { existingConnection } from './existing-connection.ts';

type RemovalDependencies = Pick<Dependencies, 'db' | 'ledger'>;

/**
 * With it go the identities of its people, the roles that its groups gave, who waits, and its SCIM keys with what they wrote. Accounts
 * stay, with their API keys; all sessions of the connection's people end. The last enabled administrator stays one.
 * @throws {ApiError} 6001 with status 404 where there is none
 */
export const removeConnection = async (
  deps: RemovalDependencies,
  actor: Actor,
  connectionId: string,
): Promise<void> => {
  requirePermission(actor, 'users.manage');
  const { id, name } = await existingConnection(deps, connectionId);
  await withAdministratorsLock(deps, () =>
    change(deps, (changes) => removeWithRows(deps, changes, actor, { id, name })),
  );
};

const removeWithRows = async (
  deps: RemovalDependencies,
  changes: Change,
  actor: Actor,
  { id, name }: Pick<Rows['signInConnection'], 'id' | 'name'>,
): Promise<void> => {
  // nobody signs in with it meanwhile
  await changes.find('signInConnection', id);
  const people = await changes.query<{ userId: string }>({
    text: 'SELECT DISTINCT "userId" FROM identity WHERE "connectionId" = $1 ORDER BY 1',
    values: [id],
  });
  let endedSessions = 0;
  for (const { userId } of people) endedSessions += await endSessionsOf(deps, changes, userId);
  const roles = await takeRoles(changes, actor, id);
  const identities = await removeFrom(changes, 'identity', id);
  const memberships = await removeFrom(changes, 'membership', id);
  await removeFrom(changes, 'groupRole', id);
  await removeFrom(changes, 'waitingAccount', id);
  await removeFrom(changes, 'scimUser', id);
  await removeFrom(changes, 'scimGroup', id);
  const scimKeys = await removeFrom(changes, 'scimKey', id);
  await changes.remove('signInConnection', id);
  changes.audit({
    actor: userActor(actor),
    action: 'sign-in-connection.delete',
    subject: { type: 'sign-in-connection', id, name },
    details: { identities, roles, memberships, endedSessions, scimKeys },
  });
};

/** The roles of the store that the connection's groups gave. @returns how many people had one */
const takeRoles = async (changes: Change, actor: Actor, connectionId: string): Promise<number> => {
  const given = await changes.query<{ id: string }>({
    text: 'SELECT id FROM "user" WHERE "roleConnectionId" = $1 ORDER BY id',
    values: [connectionId],
  });
  let taken = 0;
  for (const { id } of given) {
    const user = await changes.find('user', id);
    if (user === null || isLastAdministrator(changes, user)) continue;
    await changes.update('user', id, { role: 'user', roleConnectionId: null });
    taken += 1;
    changes.audit({
      actor: userActor(actor),
      action: 'user.change-role',
      subject: { type: 'user', id, name: user.username },
      details: { role: 'user', connectionId },
    });
  }
  return taken;
};

const tables = {
  identity: { table: 'identity', key: 'id::text' },
  groupRole: { table: 'group_role', key: 'id::text' },
  waitingAccount: { table: 'waiting_account', key: 'id::text' },
  scimKey: { table: 'scim_key', key: 'id::text' },
  scimUser: { table: 'scim_user', key: 'id::text' },
  scimGroup: { table: 'scim_group', key: 'id::text' },
  membership: { table: 'membership', key: `"organizationId"::text || '/' || "userId"` },
} as const;

const removeFrom = async (changes: Change, kind: keyof typeof tables, connectionId: string): Promise<number> => {
  const { table, key } = tables[kind];
  const rows = await changes.query<{ id: string }>({
    text: `SELECT ${key} AS id FROM ${table} WHERE "connectionId" = $1`,
    values: [connectionId],
  });
  await changes.removeAll(
    kind,
    rows.map(({ id }) => id),
  );
  return rows.length;
};
