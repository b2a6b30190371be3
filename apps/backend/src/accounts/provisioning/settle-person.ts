import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { arrive } from '../outside/arrive.ts';
import { giveRoles } from './give-roles.ts';
import { groupsOf, namesOfGroups } from './groups-of.ts';
import { scimActor } from './keys/scim-key.ts';
import { accountOf, type PersonDescription } from './person.ts';
import { withdraw } from './withdraw.ts';
import { setEnabled } from './set-enabled.ts';

export type Settling = Pick<Dependencies, 'db' | 'keys' | 'ledger'>;

export interface Settled {
  /** null: there is none yet, or the person waits for an administrator */
  readonly user: Rows['user'] | null;
  readonly isNew: boolean;
}

/**
 * Gives a described person the account that is theirs, and the account what the source says: whether it is enabled, and the roles
 * that administrators gave to its groups. The caller holds the lock of the administrators.
 * @param wasActive what the source said before: an account that an administrator has disabled stays so
 */
export const settlePerson = async (
  deps: Settling,
  changes: Change,
  key: Rows['scimKey'],
  row: Pick<Rows['scimUser'], 'id' | 'connectionId' | 'subject'>,
  { description, wasActive }: { readonly description: PersonDescription; readonly wasActive: boolean },
): Promise<Settled> => {
  const { connectionId, subject } = row;
  const { userName: username, displayName, email, isActive } = description;
  const known = await accountOf(deps, row);
  if (known === null && !isActive) {
    // nobody needs an account that is disabled from its first day
    await withdraw(deps, changes, row);
    return { user: null, isNew: false };
  }
  const groups = await groupsOf(deps, connectionId, [row.id]);
  const actor = scimActor(key);
  const outsider = { connectionId, subject, username, displayName, email, groups: namesOfGroups(groups) };
  const arrived = known === null ? await arrive(deps, changes, outsider, actor) : { user: known };
  if (!('user' in arrived)) return { user: null, isNew: false };
  const user =
    isActive && wasActive
      ? arrived.user
      : await setEnabled(deps, changes, { user: arrived.user, isEnabled: isActive, actor });
  // a source that writes no groups leaves them to sign-in
  if (deps.ledger.memory.count('scimGroup', connectionId) > 0) {
    await giveRoles(deps, changes, { user, connectionId, groups, actor });
  }
  return { user: await changes.find('user', user.id), isNew: known === null };
};
