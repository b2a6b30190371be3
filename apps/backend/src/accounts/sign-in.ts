import { type Actor, ApiError, Role } from '@secret-store/api';
import { z } from 'zod';
import type { Auth } from './auth.ts';
import { takeAttempt, type RateLimits } from './rate-limits.ts';

const SignedIn = z.object({ user: z.object({ id: z.string(), username: z.string(), role: Role }) });

export interface SignInResult {
  readonly actor: Actor;
  /** complete Set-Cookie headers */
  readonly setCookies: readonly string[];
}

/** A name that no account has, so that what cannot be a name costs the same as what is none. */
const nobody = ' ';
const slug = /^[a-z][a-z0-9_-]{0,63}$/;

/**
 * An attempt is taken before the password is looked at, so that many at once cannot slip through, and given back when
 * it was right.
 */
export const signIn = async (
  auth: Auth,
  limits: RateLimits,
  { username, password, address }: { username: string; password: string; address: string },
): Promise<SignInResult> => {
  const account = `${username} ${address}`;
  await takeAttempt(limits.signInByAddress, address);
  await takeAttempt(limits.signInByAccount, account);
  const response = await auth.api.signInUsername({
    body: { username: slug.test(username) ? username : nobody, password },
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
