import type { Actor } from '@secret-store/api';
import type { AuditActor } from '../../audit/audit-entry.ts';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { type Change, change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { requirePermission } from '../permissions.ts';
import { endGrantsOf } from '../grants/end-grants.ts';
import { removeIdentitiesOf } from '../identities/end-identities.ts';
import { removePasskeysOf } from '../passkeys/remove-passkey.ts';
import { endSessionsOf, revokeKeysOf } from '../sessions/end-sessions.ts';
import { userNamed } from '../user-named.ts';
import { keepAnAdministrator, withAdministratorsLock } from './last-administrator.ts';

/**
 * Removes the account with its password, second factor, passkeys, identities, keys, sessions, and its roles in organizations and on algorithms.
 * Algorithms under its name stay, for administrators, and for a
 * later account that an administrator gives the name to.
 * @throws {ApiError} 6001 with status 409 for the last enabled administrator
 */
export const removeUser = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  username: string,
): Promise<void> => {
  requirePermission(actor, 'users.manage');
  await withAdministratorsLock(deps, async () => {
    const user = await userNamed(deps, username);
    keepAnAdministrator(deps.ledger.memory, user, null);
    await change(deps, (changes) => removeAccount(deps, changes, user, userActor(actor)));
  });
};

/** The same within a change. The caller holds the lock of the administrators, and has looked that one stays. */
export const removeAccount = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  changes: Change,
  { id, username }: Pick<Rows['user'], 'id' | 'username'>,
  actor: AuditActor,
): Promise<void> => {
  const algorithms = await deps.db.prisma.algorithm.count({ where: { owner: username } });
  await changes.find('user', id);
  const endedSessions = await endSessionsOf(deps, changes, id);
  const revokedKeys = await revokeKeysOf(deps, changes, id);
  const endedGrants = await endGrantsOf(deps, changes, id);
  const accounts = await changes.query<{ id: string }>({
    text: 'SELECT id FROM account WHERE "userId" = $1',
    values: [id],
  });
  await changes.remove('secondFactor', id);
  await removePasskeysOf(deps, changes, id);
  await removeIdentitiesOf(deps, changes, id);
  const accountIds = accounts.map((account) => account.id);
  await changes.removeAll('account', accountIds);
  await changes.remove('user', id);
  changes.audit({
    ...{ actor, action: 'user.delete', subject: { type: 'user', id, name: username } },
    details: { endedSessions, revokedKeys, ...endedGrants, remainingAlgorithms: algorithms },
  });
};
