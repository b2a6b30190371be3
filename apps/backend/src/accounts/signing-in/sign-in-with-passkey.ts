import { ApiError, type PasskeyAnswer } from '@secret-store/api';
import { anonymous } from '../../audit/refusal-counter.ts';
import { change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { giveBack, passkeyAttempts, takeAttempts } from '../attempts/rate-limits.ts';
import { answerChallenge } from '../passkeys/answer-challenge.ts';
import type { RelyingParty } from '../passkeys/relying-party.ts';
import { requireParty } from '../passkeys/start-passkey.ts';
import { cookiesOf } from '../session.ts';
import { beginSession } from '../sessions/begin-session.ts';
import type { Client, SignedIn, SignInDependencies } from './sign-in.ts';
import { attemptOf } from './start-passkey-sign-in.ts';

interface PasskeyAttempt extends Client {
  readonly response: PasskeyAnswer;
  readonly party: RelyingParty | null;
}

/**
 * A passkey is both factors: something that the person has, which has asked for what they know or are.
 * @throws {ApiError} 2000 for one that is unknown or does not answer the challenge of this browser, 2001 from an address that the role
 * does not work from, 6002 after too many of them; all are counted for the audit
 */
export const signInWithPasskey = async (given: SignInDependencies, attempt: PasskeyAttempt): Promise<SignedIn> => {
  const { deps, auth, limits, refusals } = given;
  const { response, userAgent, address, cookies } = attempt;
  const party = requireParty(attempt.party);
  const attempts = passkeyAttempts(limits, address);
  await takeAttempts(attempts);
  const challenged = await attemptOf(auth, cookies);
  const [passkey] = await deps.ledger.find('passkey', { credentialId: response.id });
  const count = (owner?: Rows['user'] | null): void => {
    const subject = { type: 'user', id: owner?.id ?? 'unknown', ...(owner && { name: owner.username }) };
    refusals.count({ action: 'session.refuse', actor: anonymous, subject, address });
  };
  const refuse = (owner?: Rows['user'] | null): never => {
    count(owner);
    throw new ApiError(
      'NotAuthenticated',
      'The passkey was not accepted. Try again, or sign in with your username and password.',
    );
  };
  if (passkey === undefined || challenged === null) return refuse();
  const begun = await change(deps, async (changes) => {
    const user = await changes.find('user', passkey.userId);
    const now = await changes.find('passkey', passkey.id);
    if (user === null || user.disabledAt !== null || now === null) return refuse(user);
    const answer = { response, attempt: challenged, party };
    if (!(await answerChallenge(deps, changes, now, answer))) return refuse(user);
    return beginSession(changes, user, { method: 'passkey', userAgent }).catch((error: unknown) => {
      if (error instanceof ApiError) count(user);
      throw error;
    });
  });
  await giveBack(attempts);
  return { actor: begun.actor, setCookies: await cookiesOf(auth, begun) };
};
