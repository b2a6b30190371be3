import { type Actor, ApiError, Role } from '@secret-store/api';
import { z } from 'zod';
import type { RefusalCounter } from '../audit/refusal-counter.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Auth } from './auth.ts';
import { takeAttempt, type RateLimits } from './rate-limits.ts';
import { isUsername, refusedSignIn } from './refused-credentials.ts';

const SignedIn = z.object({ user: z.object({ id: z.string(), username: z.string(), role: Role }) });

export interface SignInResult {
  readonly actor: Actor;
  /** complete Set-Cookie headers */
  readonly setCookies: readonly string[];
}

/** A name that no account has, so that what cannot be a name costs the same as what is none. */
const nobody = ' ';

export interface SignInDependencies {
  readonly deps: Pick<Dependencies, 'db' | 'ledger'>;
  readonly auth: Auth;
  readonly limits: RateLimits;
  readonly refusals: RefusalCounter;
}

interface Attempt {
  readonly username: string;
  readonly password: string;
  /** of the client */
  readonly address: string;
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
  { auth, limits }: SignInDependencies,
  { username, password, address }: Attempt,
): Promise<SignInResult> => {
  const account = `${username} ${address}`;
  await takeAttempt(limits.signInByAddress, address);
  await takeAttempt(limits.signInByAccount, account);
  const response = await auth.api.signInUsername({
    body: { username: isUsername(username) ? username : nobody, password },
    asResponse: true,
  });
  if (!response.ok) {
    if (response.status >= 500) throw new Error(`sign-in failed with status ${response.status}`);
    throw new ApiError('NotAuthenticated', 'Wrong username or password.');
  }
  const { user } = SignedIn.parse(await response.json());
  await Promise.all([limits.signInByAccount.delete(account), limits.signInByAddress.reward(address)]);
  return {
    actor: { userId: user.id, username: user.username, role: user.role },
    setCookies: response.headers.getSetCookie(),
  };
};
