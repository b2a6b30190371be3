import type { AuditActor } from '../../../audit/audit-entry.ts';
import type { Change } from '../../../ledger/change.ts';
import type { Rows } from '../../../rows/row-kinds.ts';
import { giveRoles } from '../give-roles.ts';
import { accountOf } from '../person.ts';
import type { Settling } from '../settle-person.ts';
import { groupsOf } from '../groups-of.ts';

/**
 * Gives people the roles of the groups that they are in now, where they have an account.
 * @param after the group that this change has written, which other transactions do not see yet
 */
export const applyToMembers = async (
  deps: Settling,
  changes: Change,
  {
    connectionId,
    memberIds,
    after,
    actor,
  }: {
    readonly connectionId: string;
    readonly memberIds: readonly string[];
    readonly after: Rows['scimGroup'];
    readonly actor: AuditActor;
  },
): Promise<void> => {
  const [ids, members] = [[...new Set(memberIds)], new Set(after.memberIds)];
  // members first: the new administrator is there before the last one loses the role
  for (const id of [...ids.filter((one) => members.has(one)), ...ids.filter((one) => !members.has(one))]) {
    const row = await changes.find('scimUser', id);
    const user = row === null ? null : await accountOf(deps, row);
    if (user === null) continue;
    const others = (await groupsOf(deps, connectionId, [id])).filter((group) => group.id !== after.id);
    const groups = members.has(id) ? [...others, after] : others;
    await giveRoles(deps, changes, { user, connectionId, groups, actor });
  }
};
