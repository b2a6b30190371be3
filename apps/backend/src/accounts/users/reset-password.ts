import type { Dependencies } from '../../dependencies.ts';
import { type Change, change } from '../../ledger/change.ts';
import { hashPassword } from '../password.ts';
import { removePasskeysOf } from '../passkeys/remove-passkey.ts';
import { hasSecondFactor } from '../second-factor/second-factor-state.ts';
import { endSessionsOf } from '../sessions/end-sessions.ts';
import { userNamed } from '../user-named.ts';
import { withAdministratorsLock } from './last-administrator.ts';
import { requirePerson } from './service-account.ts';
import { setPassword } from './set-password.ts';

const actor = { type: 'system', id: 'reset-password' } as const;

/**
 * The way back in, for who runs the backend's machine: another password for an account, which is enabled, without a second factor and passkeys.
 * Its sessions end. Of an administrator, the address list of the role is removed too.
 * @throws {ApiError} 6001 where no user has this name, and for a service account
 */
export const resetPassword = (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  username: string,
  password: string,
): Promise<void> =>
  withAdministratorsLock(deps, async () => {
    const user = await userNamed(deps, username);
    requirePerson(user);
    const { id } = user;
    const isLimited = deps.ledger.memory.find('roleAddresses', 'admin') !== null;
    const passwordHash = await hashPassword(password);
    await change(deps, async (changes) => {
      await changes.find('user', id);
      await changes.update('user', id, { disabledAt: null });
      await setPassword(deps, changes, { userId: id, passwordHash });
      const removedSecondFactor = hasSecondFactor(deps, id);
      if (removedSecondFactor) await changes.remove('secondFactor', id);
      const removedPasskeys = await removePasskeysOf(deps, changes, id);
      const endedSessions = await endSessionsOf(deps, changes, id);
      changes.audit({
        actor,
        action: 'user.reset-password',
        subject: { type: 'user', id, name: username },
        details: { endedSessions, removedSecondFactor, removedPasskeys },
      });
      if (user.role === 'admin' && isLimited) await removeAddresses(changes);
    });
  });

const removeAddresses = async (changes: Change): Promise<void> => {
  const role = 'admin';
  await changes.remove('roleAddresses', role);
  changes.audit({
    ...{ actor, action: 'role.change-addresses', subject: { type: 'role', id: role, name: role } },
    details: { addresses: [] },
  });
};
