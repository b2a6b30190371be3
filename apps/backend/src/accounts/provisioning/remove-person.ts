import type { Change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { keepAnAdministrator } from '../users/last-administrator.ts';
import { removeAccount } from '../users/remove-user.ts';
import { findPerson } from './find-people.ts';
import { giveRoles } from './give-roles.ts';
import { groupsOf } from './groups-of.ts';
import { changeByKey } from './change-by-key.ts';
import { scimActor } from './keys/scim-key.ts';
import { isLocal } from '../local-account.ts';
import type { Person } from './person.ts';
import { setEnabled } from './set-enabled.ts';
import type { Settling } from './settle-person.ts';
import { withdraw } from './withdraw.ts';

/**
 * Deletes what the source says of a person, and the account if it was made for that. An account that single sign-on made is disabled,
 * without the roles of its groups; a local one stays as it is.
 * @param requirePresent throws where the source means another version than the present one
 * @throws {ApiError} 6001 with status 404 where there is no such person, and with 409 for the last enabled administrator
 */
export const removePerson = (
  deps: Settling,
  key: Rows['scimKey'],
  id: string,
  requirePresent: (present: Person) => Promise<void>,
): Promise<void> =>
  changeByKey(deps, key, async (changes) => {
    const person = await findPerson(deps, key.connectionId, id);
    await requirePresent(person);
    const { row } = person;
    for (const group of await groupsOf(deps, row.connectionId, [row.id])) {
      const memberIds = group.memberIds.filter((member) => member !== row.id);
      await changes.update('scimGroup', group.id, { memberIds });
    }
    const account = await endAccount(deps, changes, key, person);
    await changes.remove('scimUser', row.id);
    changes.audit({
      actor: scimActor(key),
      action: 'scim-user.delete',
      subject: { type: 'scim-user', id: row.id, name: row.userName },
      details: { connectionId: row.connectionId, ...account },
    });
  });

const endAccount = async (
  deps: Settling,
  changes: Change,
  key: Rows['scimKey'],
  { row, user }: Person,
): Promise<{ readonly userId?: string; readonly account?: 'deleted' | 'disabled' | 'kept' }> => {
  const actor = scimActor(key);
  if (user === null) {
    await withdraw(deps, changes, row);
    return {};
  }
  if (await isLocal(changes, user)) {
    return { userId: user.id, account: 'kept' };
  }
  if (row.madeUserId === user.id) {
    keepAnAdministrator(changes, user, null);
    await removeAccount(deps, changes, user, actor);
    return { userId: user.id, account: 'deleted' };
  }
  const demoted = await giveRoles(deps, changes, { user, connectionId: row.connectionId, groups: [], actor });
  await setEnabled(deps, changes, { user: demoted, isEnabled: false, actor });
  return { userId: user.id, account: 'disabled' };
};
