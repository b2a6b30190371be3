import type { Actor } from '@secret-store/api';
import { userActor } from '../../../audit/user-actor.ts';
import type { Dependencies } from '../../../dependencies.ts';
import { type Change, change } from '../../../ledger/change.ts';
import { requirePermission } from '../../permissions.ts';
import { endSessionsOf } from '../../sessions/end-sessions.ts';
import { existingConnection } from './existing-connection.ts';

/**
 * With it go the identities of its people, what its groups have given, who waits, and its SCIM keys with what they wrote. Accounts stay, with their API keys and their
 * role of the store; all sessions of the connection's people end.
 * @throws {ApiError} 6001 with status 404 where there is none
 */
export const removeConnection = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  connectionId: string,
): Promise<void> => {
  requirePermission(actor, 'users.manage');
  const { id, name } = await existingConnection(deps, connectionId);
  await change(deps, async (changes) => {
    // nobody signs in with it meanwhile
    await changes.find('signInConnection', id);
    const people = await changes.query<{ userId: string }>({
      text: 'SELECT DISTINCT "userId" FROM identity WHERE "connectionId" = $1 ORDER BY 1',
      values: [id],
    });
    let endedSessions = 0;
    for (const { userId } of people) endedSessions += await endSessionsOf(deps, changes, userId);
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
      details: { identities, memberships, endedSessions, scimKeys },
    });
  });
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
