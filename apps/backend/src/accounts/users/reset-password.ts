import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { hashPassword } from '../password.ts';
import { removePasskeysOf } from '../passkeys/remove-passkey.ts';
import { hasSecondFactor } from '../second-factor/second-factor-state.ts';
import { endSessionsOf } from '../sessions/end-sessions.ts';
import { userNamed } from '../user-named.ts';
import { withAdministratorsLock } from './last-administrator.ts';
import { setPassword } from './set-password.ts';

/**
 * The way back in, for who runs the backend's machine: another password for an account, which is enabled, without a second factor and passkeys.
 * Its sessions end.
 * @throws {ApiError} 6001 where no user has this name
 */
export const resetPassword = (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  username: string,
  password: string,
): Promise<void> =>
  withAdministratorsLock(deps, async () => {
    const { id } = await userNamed(deps, username);
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
        actor: { type: 'system', id: 'reset-password' },
        action: 'user.reset-password',
        subject: { type: 'user', id, name: username },
        details: { endedSessions, removedSecondFactor, removedPasskeys },
      });
    });
  });
