import { type Actor, Role } from '@secret-store/api';
import { userActor } from '../../../audit/user-actor.ts';
import type { Dependencies } from '../../../dependencies.ts';
import { type Change, change } from '../../../ledger/change.ts';
import { rowId, type Rows } from '../../../rows/row-kinds.ts';
import { selection } from '../../../rows/row-statements.ts';
import { subjectClaim } from '../../../rows/sign-in-kinds.ts';
import { requirePermission } from '../../permissions.ts';
import { endSessionsOf } from '../../sessions/end-sessions.ts';
import { isLastAdministrator, withAdministratorsLock } from '../../users/last-administrator.ts';
import { existingConnection } from './existing-connection.ts';

type RemovalDependencies = Pick<Dependencies, 'db' | 'ledger'>;

/**
 * With it go the identities of its people, the roles that its groups gave, who waits, and its SCIM keys with what they wrote. Accounts
 * stay, with their API keys; all sessions of the connection's people end. The last enabled administrator stays one. Whom and what this
 * concerns is found by the row memory, so that nobody keeps a role by hiding a row for a moment.
 * @throws {ApiError} 6001 with status 404 where there is none
 * @throws {RowRefused} where a row that decides about it was changed or removed outside the store
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
  const identities = await identitiesOf(deps, changes, id);
  let endedSessions = 0;
  for (const userId of new Set(identities.map((identity) => identity.userId))) {
    endedSessions += await endSessionsOf(deps, changes, userId);
  }
  const roles = await takeRoles(deps, changes, actor, id);
  const memberships = await membershipsOf(deps, changes, id);
  await changes.removeAll('membership', memberships);
  await removeFrom(changes, 'identity', id);
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
    details: { identities: identities.length, roles, memberships: memberships.length, endedSessions, scimKeys },
  });
};

const identitiesOf = async (
  { ledger: { memory } }: RemovalDependencies,
  changes: Change,
  connectionId: string,
): Promise<Rows['identity'][]> => {
  const claims = memory.claimsFrom('identity', subjectClaim({ connectionId, subject: '' }));
  const ids = [...claims].map((claim) => memory.claimant('identity', claim)).filter((id) => id !== null);
  const identities: Rows['identity'][] = [];
  for (const id of ids.sort()) {
    const identity = await changes.find('identity', id);
    if (identity !== null) identities.push(identity);
  }
  return identities;
};

/** @returns the ids of those that the connection's groups gave */
const membershipsOf = async (
  { ledger }: RemovalDependencies,
  changes: Change,
  connectionId: string,
): Promise<string[]> => {
  const text = `SELECT ${selection('membership')} FROM membership`;
  const genuine = await ledger.genuineAll('membership', await changes.query<Rows['membership']>({ text, values: [] }));
  const known = new Set(genuine.map((row) => rowId('membership', row)));
  for (const { id } of [...ledger.memory.living('membership')]) {
    // throws where it is not what it was
    if (!known.has(id)) await changes.find('membership', id);
  }
  return genuine.filter((row) => row.connectionId === connectionId).map((row) => rowId('membership', row));
};

/** People with a role of the store other than `user`. */
const privileged = ({ memory }: Dependencies['ledger']): string[] =>
  Role.exclude(['user'])
    .options.flatMap((role) => [role, `disabled ${role}`])
    .flatMap((group) => [...memory.livingIn('user', group)])
    .sort();

/** The roles of the store that the connection's groups gave. @returns how many people had one */
const takeRoles = async (
  { ledger }: RemovalDependencies,
  changes: Change,
  actor: Actor,
  connectionId: string,
): Promise<number> => {
  let taken = 0;
  for (const id of privileged(ledger)) {
    const user = await changes.find('user', id);
    if (user?.roleConnectionId !== connectionId || isLastAdministrator(changes, user)) continue;
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
  identity: 'identity',
  groupRole: 'group_role',
  waitingAccount: 'waiting_account',
  scimKey: 'scim_key',
  scimUser: 'scim_user',
  scimGroup: 'scim_group',
} as const;

const removeFrom = async (changes: Change, kind: keyof typeof tables, connectionId: string): Promise<number> => {
  const rows = await changes.query<{ id: string }>({
    text: `SELECT id::text AS id FROM ${tables[kind]} WHERE "connectionId" = $1`,
    values: [connectionId],
  });
  await changes.removeAll(
    kind,
    rows.map(({ id }) => id),
  );
  return rows.length;
};
