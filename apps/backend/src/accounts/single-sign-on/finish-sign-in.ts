import type { Dependencies } from '../../dependencies.ts';
import { type Change, change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import type { Auth } from '../auth.ts';
import { applyGroups } from '../outside/apply-groups.ts';
import { arrive } from '../outside/arrive.ts';
import { type Outsider, singleSignOnActor } from '../outside/outsider.ts';
import { cookiesOf, findActorBySession } from '../session.ts';
import { type BegunSession, beginSession } from '../sessions/begin-session.ts';
import { withAdministratorsLock } from '../users/last-administrator.ts';
import { requireEnabled } from './require-enabled.ts';
import { attemptOf } from './requests/attempt-cookie.ts';
import { linkIdentity } from './link-identity.ts';
import type { Answered } from './requests/protocol.ts';
import { protocolOf } from './protocols.ts';
import { readSignInRequest, type SignInRequest } from './requests/sign-in-request.ts';
import { SignInRefused } from './sign-in-refused.ts';

export interface Finishing {
  readonly deps: Pick<Dependencies, 'db' | 'keys' | 'ledger'>;
  readonly auth: Auth;
  /** the address that browsers see */
  readonly origin: string;
}

export interface Finish {
  readonly connection: Rows['signInConnection'];
  readonly answer: Answered['answer'];
  readonly headers: Headers;
}

export interface Finished {
  /** a path of ours */
  readonly goTo: string;
  /** complete Set-Cookie headers */
  readonly setCookies: readonly string[];
}

/**
 * Begins a session for the person whom the identity provider names in its answer to a request of this browser, or links that person to
 * the account that has asked for it. Each request counts once.
 * @throws {SignInRefused | NotSignedIn}
 */
export const finishSignIn = async (
  { deps, auth, origin }: Finishing,
  { connection, answer, headers }: Finish,
): Promise<Finished> => {
  const protocol = protocolOf(deps, connection);
  const attempt = await attemptOf(auth, headers.get('cookie') ?? '');
  const request = protocol.requestIn(answer);
  const bound = attempt === null ? null : { connectionId: connection.id, attempt };
  const asked = bound === null || request === null ? null : readSignInRequest(deps, bound, request);
  if (asked === null || request === null) throw new SignInRefused('unsolicited');
  const outsider = await protocol.finish({ connection, origin, request, answer });
  if (asked.link !== null) {
    const actor = await findActorBySession(auth, headers);
    if (actor === null || actor.userId !== asked.link) throw new SignInRefused('another-account');
    await linkIdentity(deps, actor, outsider, asked.requestedAt);
    return { goTo: asked.returnTo, setCookies: [] };
  }
  const userAgent = headers.get('user-agent');
  const begun = await withAdministratorsLock(deps, () =>
    change(deps, (changes) => begin(deps, changes, { outsider, asked, userAgent })),
  );
  if (begun === null) throw new SignInRefused('waiting');
  return { goTo: asked.returnTo, setCookies: await cookiesOf(auth, begun) };
};

interface Arriving {
  readonly outsider: Outsider;
  readonly asked: SignInRequest;
  readonly userAgent: string | null;
}

/** Null for somebody who waits for an administrator: that is written all the same. */
const begin = async (
  deps: Finishing['deps'],
  changes: Change,
  { outsider, asked: { requestedAt }, userAgent }: Arriving,
): Promise<BegunSession | null> => {
  const { connectionId, groups } = outsider;
  await requireEnabled(changes, connectionId);
  const arrival = await arrive(deps, changes, outsider, singleSignOnActor);
  if ('waiting' in arrival) {
    if (arrival.waiting.state === 'rejected') throw new SignInRefused('rejected');
    return null;
  }
  const { user, identity } = arrival;
  if (user.disabledAt !== null) throw new SignInRefused('disabled-user', user);
  if (identity.challengedAt !== null && identity.challengedAt >= requestedAt) throw new SignInRefused('replayed', user);
  await changes.update('identity', identity.id, { challengedAt: requestedAt, username: outsider.username });
  const actor = singleSignOnActor;
  const now = await applyGroups(deps, changes, { user, connectionId, groups, actor });
  return beginSession(changes, now, { method: 'single sign-on', userAgent });
};
