import { Actor } from '@secret-store/api';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import type { Auth } from './auth.ts';

/** Null when the cookie names no session that is still good. */
export const findActorBySession = async (auth: Auth, headers: Headers): Promise<Actor | null> => {
  const found = await auth.api.getSession({ headers });
  if (!found) return null;
  const { id, username, role } = found.user;
  return Actor.parse({ userId: id, username, role });
};

/**
 * Ends the session of these request headers.
 * @returns Set-Cookie headers that clear it
 */
export const signOut = async (
  { deps, auth }: { readonly deps: Pick<Dependencies, 'db' | 'ledger'>; readonly auth: Auth },
  headers: Headers,
): Promise<readonly string[]> => {
  const actor = await findActorBySession(auth, headers);
  // first: a session never ends without an event
  if (actor) await recordSession(deps, actor, 'session.end');
  const response = await auth.api.signOut({ headers, asResponse: true });
  return response.headers.getSetCookie();
};

export const recordSession = (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  action: 'session.create' | 'session.end',
): Promise<void> =>
  change(deps, async (recorded) => {
    const subject = { type: 'user', id: actor.userId, name: actor.username };
    recorded.audit({ actor: userActor(actor), action, subject, details: {} });
  });
