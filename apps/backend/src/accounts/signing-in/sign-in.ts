import { type Actor, ApiError } from '@secret-store/api';
import { anonymous, type RefusalCounter } from '../../audit/refusal-counter.ts';
import type { Dependencies } from '../../dependencies.ts';
import { type Change, change } from '../../ledger/change.ts';
import { knownDevice, rememberDevice } from '../attempts/device-cookie.ts';
import { giveBack, type RateLimits, signInAttempts, takeAttempts } from '../attempts/rate-limits.ts';
import type { Auth } from '../auth.ts';
import { isUsername, refusedSignIn } from '../refused-credentials.ts';
import { useCode } from '../second-factor/use-code.ts';
import { cookiesOf } from '../session.ts';
import { type BegunSession, beginSession } from '../sessions/begin-session.ts';
import { type PersonWithPassword, personWith } from './person-with.ts';

export interface SignedIn {
  readonly actor: Actor;
  /** complete Set-Cookie headers */
  readonly setCookies: readonly string[];
}

/** A name that no account has, so that what cannot be a name costs the same as what is none. */
const nobody = ' ';

export interface SignInDependencies {
  readonly deps: Pick<Dependencies, 'db' | 'keys' | 'ledger'>;
  readonly auth: Auth;
  readonly limits: RateLimits;
  readonly refusals: RefusalCounter;
}

/** Who tries. */
export interface Client {
  readonly address: string;
  /** what the client says of itself */
  readonly userAgent: string | null;
  /** the client's Cookie header */
  readonly cookies: string;
}

interface Attempt extends Client {
  readonly username: string;
  readonly password: string;
  /** of the authenticator app, or a recovery code */
  readonly code: string | undefined;
}

/**
 * @returns null where the password is right, the account asks for a code as well, and none was given
 * @throws {ApiError} 2000 for a wrong name, password or code, 6002 after too many of them; all are counted for the audit
 */
export const signIn = async (given: SignInDependencies, attempt: Attempt): Promise<SignedIn | null> => {
  const { deps, refusals } = given;
  return tryToSignIn(given, attempt).catch(async (error: unknown) => {
    if (error instanceof ApiError) refusals.count(await refusedSignIn(deps, attempt));
    throw error;
  });
};

/**
 * An attempt is taken before the password is looked at, so that many at once cannot slip through, and given back when
 * it was right.
 */
const tryToSignIn = async (given: SignInDependencies, attempt: Attempt): Promise<SignedIn | null> => {
  const { deps, auth, limits } = given;
  const username = isUsername(attempt.username) ? attempt.username : nobody;
  const device = await knownDevice(deps, auth, { username, cookies: attempt.cookies });
  const attempts = signInAttempts(limits, { username, address: attempt.address, device });
  await takeAttempts(attempts);
  const person = await personWith(deps, username, attempt.password);
  if (person === null) throw wrongPassword();
  const begun = await change(deps, (changes) => begin(given, changes, person, attempt));
  await giveBack(attempts);
  if (begun === null) return null;
  const setCookies = await cookiesOf(auth, begun);
  if (device === null) setCookies.push(await rememberDevice(deps, auth, username));
  return { actor: begun.actor, setCookies };
};

/** What was right is looked at once more behind the lock of the user's row: it may have changed meanwhile. */
const begin = async (
  { deps, refusals }: SignInDependencies,
  changes: Change,
  { userId, password }: PersonWithPassword,
  { code, userAgent, address }: Attempt,
): Promise<BegunSession | null> => {
  const user = await changes.find('user', userId);
  const now = await changes.find('account', password.id);
  if (user === null || user.disabledAt !== null || now?.password !== password.password) throw wrongPassword();
  const factor = await changes.find('secondFactor', userId);
  if (factor === null) return beginSession(changes, user, { method: 'password', userAgent });
  if (code === undefined) return null;
  const kind = await useCode(deps, changes, factor, code);
  if (kind === null) {
    const subject = { type: 'user', id: userId, name: user.username };
    refusals.count({ action: 'second-factor.refuse', actor: anonymous, subject, address });
    throw wrongCode();
  }
  return beginSession(changes, user, { method: `password and ${kind}`, userAgent });
};

const wrongPassword = () => new ApiError('NotAuthenticated', 'Wrong username or password.');

const wrongCode = () =>
  new ApiError(
    'NotAuthenticated',
    'The code is wrong or was used already. Enter the code that the app shows next, or a recovery code.',
    { field: 'code' },
  );
