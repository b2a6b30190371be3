import { type Actor, ApiError, Role } from '@secret-store/api';
import { z } from 'zod';
import { systemActor } from '../audit/audit-entry.ts';
import type { RefusalCounter } from '../audit/refusal-counter.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import type { Auth } from './auth.ts';
import { knownDevice, rememberDevice } from './attempts/device-cookie.ts';
import { giveBack, type RateLimits, signInAttempts, takeAttempts } from './attempts/rate-limits.ts';
import { isUsername, refusedSignIn } from './refused-credentials.ts';

const SignedIn = z.object({ token: z.string(), user: z.object({ id: z.string(), username: z.string(), role: Role }) });

export interface SignInResult {
  readonly actor: Actor;
  /** complete Set-Cookie headers */
  readonly setCookies: readonly string[];
}

const userAgentMaximum = 256;

/** A name that no account has, so that what cannot be a name costs the same as what is none. */
const nobody = ' ';

export interface SignInDependencies {
  readonly deps: Pick<Dependencies, 'db' | 'keys' | 'ledger'>;
  readonly auth: Auth;
  readonly limits: RateLimits;
  readonly refusals: RefusalCounter;
}

interface Attempt {
  readonly username: string;
  readonly password: string;
  /** of the client */
  readonly address: string;
  /** what the client says of itself */
  readonly userAgent: string | null;
  /** the client's Cookie header */
  readonly cookies: string;
}

/** @throws {ApiError} 2000 for a wrong name or password, 6002 after too many of them; both are counted for the audit */
export const signIn = async (given: SignInDependencies, attempt: Attempt): Promise<SignInResult> => {
  const { deps, refusals } = given;
  return beginSession(given, attempt).catch(async (error: unknown) => {
    if (error instanceof ApiError) refusals.count(await refusedSignIn(deps, attempt));
    throw error;
  });
};

/**
 * An attempt is taken before the password is looked at, so that many at once cannot slip through, and given back when
 * it was right.
 */
const beginSession = async (
  { deps, auth, limits }: SignInDependencies,
  { username: typed, password, address, userAgent, cookies }: Attempt,
): Promise<SignInResult> => {
  const username = isUsername(typed) ? typed : nobody;
  const device = await knownDevice(deps, auth, { username, cookies });
  const attempts = signInAttempts(limits, { username, address, device });
  await takeAttempts(attempts);
  const known = await passwordOf(deps, username);
  const response = await auth.api.signInUsername({
    body: { username, password },
    headers: new Headers({ 'user-agent': (userAgent ?? '').slice(0, userAgentMaximum) }),
    asResponse: true,
  });
  if (!response.ok) {
    if (response.status >= 500) throw new Error(`sign-in failed with status ${response.status}`);
    throw wrong();
  }
  const { token, user } = SignedIn.parse(await response.json());
  if ((await passwordOf(deps, username)) !== known) {
    await endAtOnce(deps, token);
    throw wrong();
  }
  await giveBack(attempts);
  return {
    actor: { userId: user.id, username: user.username, role: user.role },
    setCookies: [
      ...response.headers.getSetCookie(),
      ...(device === null ? [await rememberDevice(deps, auth, username)] : []),
    ],
  };
};

const wrong = () => new ApiError('NotAuthenticated', 'Wrong username or password.');

/** The hash as it is now; null where there is no such user, or a disabled one. */
const passwordOf = async ({ ledger }: Pick<Dependencies, 'ledger'>, username: string): Promise<string | null> => {
  const [user] = isUsername(username) ? await ledger.find('user', { username }) : [];
  if (user === undefined || user.disabledAt !== null) return null;
  const [account] = await ledger.find('account', { userId: user.id });
  return account?.password ?? null;
};

/** The password was changed, or the user disabled, while it was looked at. */
const endAtOnce = async (deps: Pick<Dependencies, 'db' | 'ledger'>, token: string): Promise<void> => {
  const [session] = await deps.ledger.find('session', { token });
  if (session === undefined) return;
  const { id, userId } = session;
  await change(deps, async (changes) => {
    await changes.remove('session', id);
    changes.audit({
      ...{ actor: systemActor, action: 'session.end', subject: { type: 'user', id: userId } },
      details: { sessionId: id },
    });
  });
};
