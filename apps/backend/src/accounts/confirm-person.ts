import { type Actor, ApiError } from '@secret-store/api';
import type { RefusalCounter } from '../audit/refusal-counter.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { type Change, change } from '../ledger/change.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { giveBack, type RateLimits, signInAttempts, takeAttempts } from './attempts/rate-limits.ts';
import { verifyPassword } from './password.ts';
import { passwordRowOf } from './password-row.ts';
import { requirePermission } from './permissions.ts';

export interface ConfirmDependencies {
  readonly deps: Pick<Dependencies, 'db' | 'keys' | 'ledger'>;
  readonly limits: RateLimits;
  readonly refusals: RefusalCounter;
}

export interface Confirmation {
  readonly actor: Actor;
  /** the present password */
  readonly current: string;
  /** of the client */
  readonly address: string;
}

/**
 * What a session alone must not do: the person says their password again. A wrong one counts like a failed sign-in, and so does
 * what `work` refuses.
 * @param work in a change that has locked the user's row, which holds back new sessions
 * @throws {ApiError} 6001 for a wrong present password, 6002 after too many of them
 */
export const confirmPerson = async <T>(
  { deps, limits, refusals }: ConfirmDependencies,
  { actor, current, address }: Confirmation,
  work: (changes: Change, password: Rows['account']) => Promise<T>,
): Promise<T> => {
  requirePermission(actor, 'own-account.manage');
  const { userId, username } = actor;
  // strangers who guess at the sign-in do not hold up who is signed in
  const attempts = signInAttempts(limits, { username, address, device: 'signed-in' });
  await takeAttempts(attempts);
  const known = await passwordRowOf(deps, userId);
  if (known.password === null || !(await verifyPassword(known.password, current))) {
    const subject = { type: 'user', id: userId, name: username };
    refusals.count({ action: 'password.refuse', actor: userActor(actor), subject, address });
    throw wrongPassword();
  }
  const done = await change(deps, async (changes) => {
    await changes.find('user', userId);
    const row = await changes.find('account', known.id);
    if (row?.password !== known.password) throw wrongPassword();
    return work(changes, row);
  });
  await giveBack(attempts);
  return done;
};

const wrongPassword = () =>
  new ApiError('InputValidationError', 'current is not your password. Enter the password that you sign in with.', {
    field: 'current',
  });
