import { ApiError } from '@secret-store/api';
import type { AuditActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { endSessionsOf } from '../sessions/end-sessions.ts';
import { keepAnAdministrator } from '../users/last-administrator.ts';
import { isLocal } from '../local-account.ts';

/**
 * Acts on the next request of that person. The caller holds the lock of the administrators.
 * @returns the user as it is then
 * @throws {ApiError} 2001 for a local account, and 6001 with status 409 for the last enabled administrator
 */
export const setEnabled = async (
  deps: Pick<Dependencies, 'ledger'>,
  changes: Change,
  { user, isEnabled, actor }: { readonly user: Rows['user']; readonly isEnabled: boolean; readonly actor: AuditActor },
): Promise<Rows['user']> => {
  if ((user.disabledAt === null) === isEnabled) return user;
  if (await isLocal(changes, user)) {
    throw new ApiError(
      'NotAuthorized',
      'This account has a password of its own. An administrator of the store enables and disables it.',
    );
  }
  const disabledAt = isEnabled ? null : new Date();
  keepAnAdministrator(changes, user, { ...user, disabledAt });
  // takes the lock that holds back new sessions
  await changes.find('user', user.id);
  const changed = await changes.update('user', user.id, { disabledAt });
  const endedSessions = isEnabled ? 0 : await endSessionsOf(deps, changes, user.id);
  changes.audit({
    actor,
    action: isEnabled ? 'user.enable' : 'user.disable',
    subject: { type: 'user', id: user.id, name: user.username },
    details: isEnabled ? {} : { endedSessions },
  });
  return changed;
};
