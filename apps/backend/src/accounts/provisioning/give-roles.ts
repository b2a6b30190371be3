import type { AuditActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { applyGroups } from '../outside/apply-groups.ts';
import { namesOfGroups } from './groups-of.ts';
import { isLocal } from '../local-account.ts';

interface Given {
  readonly user: Rows['user'];
  readonly connectionId: string;
  readonly groups: readonly Rows['scimGroup'][];
  readonly actor: AuditActor;
}

/**
 * The roles that administrators gave to these groups, and no others. Those of a local account are the store's own.
 * @returns the user as it is then
 */
export const giveRoles = async (
  deps: Pick<Dependencies, 'ledger'>,
  changes: Change,
  { groups, ...given }: Given,
): Promise<Rows['user']> => {
  if (await isLocal(changes, given.user)) return given.user;
  return applyGroups(deps, changes, { ...given, groups: namesOfGroups(groups) });
};
