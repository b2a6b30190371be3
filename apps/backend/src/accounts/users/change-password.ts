import type { Actor, PasswordChange } from '@secret-store/api';
import { userActor } from '../../audit/user-actor.ts';
import { type ConfirmDependencies, confirmPerson } from '../confirm-person.ts';
import { hashPassword } from '../password.ts';
import { endSessionsOf } from '../sessions/end-sessions.ts';

/**
 * One's own password; all other sessions end.
 * @param address of the client
 * @throws {ApiError} 6001 for a wrong present password, 6002 after too many of them
 */
export const changePassword = (
  given: ConfirmDependencies,
  actor: Actor,
  { current, password }: PasswordChange,
  address: string,
): Promise<void> =>
  confirmPerson(given, { actor, current, address }, async (changes, { id }) => {
    const { userId, username } = actor;
    await changes.update('account', id, { password: await hashPassword(password) });
    const endedSessions = await endSessionsOf(given.deps, changes, userId, { but: actor.sessionId });
    changes.audit({
      ...{ actor: userActor(actor), action: 'user.change-password' },
      subject: { type: 'user', id: userId, name: username },
      details: { endedSessions },
    });
  });
