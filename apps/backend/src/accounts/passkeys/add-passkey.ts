import { type Actor, ApiError, type NewPasskey } from '@secret-store/api';
import { type VerifiedRegistrationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { v7 as uuid } from 'uuid';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { ClaimTaken } from '../../ledger/claim-taken.ts';
import { requirePermission } from '../permissions.ts';
import { requireSession } from '../sessions/require-session.ts';
import { challengedAt } from './challenge.ts';
import { type RelyingParty } from './relying-party.ts';
import { requireParty } from './start-passkey.ts';

const passkeysMaximum = 20;

type AddDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger'>;

/** A passkey that the browser has made for this store, and that asked the person for a PIN, a finger or a face. */
export const addPasskey = async (
  deps: AddDependencies,
  actor: Actor,
  { name, response }: NewPasskey,
  party: RelyingParty | null,
): Promise<void> => {
  requirePermission(actor, 'own-account.manage');
  const { userId, username } = actor;
  const { credential, made } = await verified(deps, userId, response, requireParty(party));
  const id = uuid();
  await change(deps, async (changes) => {
    // the lock that other additions wait for
    await changes.find('user', userId);
    await requireSession(changes, actor);
    if (deps.ledger.memory.count('passkey', userId) >= passkeysMaximum) throw tooMany();
    await changes.insert('passkey', {
      ...{ id, userId, name, credentialId: credential.id, counter: String(credential.counter) },
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      transports: [...(credential.transports ?? [])],
      ...{ challengedAt: new Date(made), createdAt: new Date() },
    });
    changes.audit({
      actor: userActor(actor),
      action: 'passkey.add',
      subject: { type: 'user', id: userId, name: username },
      details: { passkeyId: id, name },
    });
  }).catch((error: unknown) => {
    throw error instanceof ClaimTaken ? isThere() : error;
  });
};

const verified = async (
  deps: AddDependencies,
  userId: string,
  response: NewPasskey['response'],
  { id, origin }: RelyingParty,
) => {
  let made: number | null = null;
  const result = await verifyRegistrationResponse({
    response: { ...response, clientExtensionResults: {} },
    expectedChallenge: (challenge) => (made = challengedAt(deps, { type: 'register', userId }, challenge)) !== null,
    ...{ expectedOrigin: origin, expectedRPID: id, requireUserVerification: true },
  }).catch((): VerifiedRegistrationResponse => ({ verified: false }));
  if (!result.verified || made === null) throw notVerified();
  return { credential: result.registrationInfo.credential, made };
};

const notVerified = () =>
  new ApiError('InputValidationError', 'The passkey could not be verified. Start again, and finish within 5 minutes.', {
    field: 'response',
  });

const isThere = () => new ApiError('InputValidationError', 'This passkey is registered already.', { status: 409 });

const tooMany = () =>
  new ApiError('InputValidationError', `You have ${passkeysMaximum} passkeys. Remove one first.`, { status: 409 });
