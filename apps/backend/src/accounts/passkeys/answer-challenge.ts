import type { PasskeyAnswer } from '@secret-store/api';
import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { challengedAt } from './challenge.ts';
import type { RelyingParty } from './relying-party.ts';

interface Answered {
  readonly response: PasskeyAnswer;
  /** of the browser that the challenge was made for */
  readonly attempt: string;
  readonly party: RelyingParty;
}

/**
 * Takes the answer of a passkey to a challenge: with the change that this is part of, neither that challenge nor an earlier one is
 * accepted from it again.
 * @param passkey as the change has locked it
 * @returns whether it is right
 */
export const answerChallenge = async (
  deps: Pick<Dependencies, 'keys'>,
  changes: Change,
  passkey: Rows['passkey'],
  { response, attempt, party }: Answered,
): Promise<boolean> => {
  const { userHandle, ...signed } = response.response;
  if (userHandle !== undefined && Buffer.from(userHandle, 'base64url').toString() !== passkey.userId) return false;
  let made = 0;
  const result = await verifyAuthenticationResponse({
    response: { ...response, response: signed, clientExtensionResults: {} },
    expectedChallenge: (challenge) => {
      made = challengedAt(deps, { type: 'sign-in', attempt }, challenge) ?? 0;
      return made > passkey.challengedAt.getTime();
    },
    ...{ expectedOrigin: party.origin, expectedRPID: party.id, requireUserVerification: true },
    credential: {
      id: passkey.credentialId,
      publicKey: Uint8Array.from(Buffer.from(passkey.publicKey, 'base64url')),
      counter: Number(passkey.counter),
    },
    // it throws for most of what is wrong, also for a counter that did not grow
  }).catch(() => null);
  if (result === null || !result.verified) return false;
  const counter = String(result.authenticationInfo.newCounter);
  await changes.update('passkey', passkey.id, { counter, challengedAt: new Date(made) });
  return true;
};
