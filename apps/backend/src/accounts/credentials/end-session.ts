import { type Actor, ApiError } from '@secret-store/api';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { endSessionsOf } from '../sessions/end-sessions.ts';
import { manageableUser } from '../user-named.ts';

type EndDependencies = Pick<Dependencies, 'db' | 'ledger'>;

const sessionIdForm = /^[A-Za-z0-9_-]{1,64}$/;

/** @throws {ApiError} 6001 with status 404 where the user has no such session */
export const endSession = async (
  deps: EndDependencies,
  actor: Actor,
  { username, sessionId }: { readonly username: string; readonly sessionId: string },
): Promise<void> => {
  const user = await manageableUser(deps, actor, username);
  await change(deps, async (changes) => {
    const session = sessionIdForm.test(sessionId) ? await changes.find('session', sessionId) : null;
    if (session === null || session.userId !== user.id) {
      throw new ApiError('InputValidationError', 'This user has no session with this id. It may be over already.', {
        status: 404,
      });
    }
    await changes.remove('session', sessionId);
    changes.audit({
      actor: userActor(actor),
      action: 'session.end',
      subject: { type: 'user', id: user.id, name: username },
      details: { sessionId },
    });
  });
};

/** All sessions of a user; with `but`, all others. */
export const endAllSessions = async (
  deps: EndDependencies,
  actor: Actor,
  username: string,
  but?: string,
): Promise<void> => {
  const user = await manageableUser(deps, actor, username);
  await change(deps, async (changes) => {
    await changes.find('user', user.id);
    const endedSessions = await endSessionsOf(deps, changes, user.id, { but });
    changes.audit({
      actor: userActor(actor),
      action: 'session.end',
      subject: { type: 'user', id: user.id, name: username },
      details: { endedSessions },
    });
  });
};
