import { type Actor, ApiError, type PasswordChange } from '@secret-store/api';
import type { RefusalCounter } from '../../audit/refusal-counter.ts';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { hashPassword, verifyPassword } from '../password.ts';
import { requirePermission } from '../permissions.ts';
import { giveBack, type RateLimits, signInAttempts, takeAttempts } from '../attempts/rate-limits.ts';
import { endSessionsOf } from '../sessions/end-sessions.ts';
import { passwordRowOf } from './set-password.ts';

export interface PasswordDependencies {
  readonly deps: Pick<Dependencies, 'db' | 'ledger'>;
  readonly limits: RateLimits;
  readonly refusals: RefusalCounter;
}

/**
 * One's own password; all other sessions end. A wrong present password counts like a failed sign-in.
 * @param address of the client
 * @throws {ApiError} 6001 for a wrong present password, 6002 after too many of them
 */
export const changePassword = async (
  { deps, limits, refusals }: PasswordDependencies,
  actor: Actor,
  { current, password }: PasswordChange,
  address: string,
): Promise<void> => {
  requirePermission(actor, 'own-account.manage');
  const { userId, username } = actor;
  // strangers who guess at the sign-in do not hold up who is signed in
  const attempts = signInAttempts(limits, { username, address, device: 'signed-in' });
  await takeAttempts(attempts);
  const known = await passwordRowOf(deps, userId);
  const subject = { type: 'user', id: userId, name: username };
  if (known.password === null || !(await verifyPassword(known.password, current))) {
    refusals.count({ action: 'password.refuse', actor: userActor(actor), subject, address });
    throw wrongPassword();
  }
  await giveBack(attempts);
  const passwordHash = await hashPassword(password);
  await change(deps, async (changes) => {
    // takes the lock that holds back new sessions
    await changes.find('user', userId);
    const row = await changes.find('account', known.id);
    if (row?.password !== known.password) throw wrongPassword();
    await changes.update('account', known.id, { password: passwordHash });
    const endedSessions = await endSessionsOf(deps, changes, userId, { but: actor.sessionId });
    changes.audit({ actor: userActor(actor), action: 'user.change-password', subject, details: { endedSessions } });
  });
};

const wrongPassword = () =>
  new ApiError('InputValidationError', 'current is not your password. Enter the password that you sign in with.', {
    field: 'current',
  });
