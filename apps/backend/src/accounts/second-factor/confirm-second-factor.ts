import { type Actor, ApiError, type RecoveryCodes, type SecondFactorConfirmation } from '@secret-store/api';
import { decryptSecondFactor, encryptedRecordSchema, encryptSecondFactor, SealingError } from '@secret-store/sealing';
import { z } from 'zod';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { requirePermission } from '../permissions.ts';
import { endSessionsOf } from '../sessions/end-sessions.ts';
import { requireSession } from '../sessions/require-session.ts';
import { stepOf } from './authenticator-app.ts';
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts';
import { isOn } from './start-second-factor.ts';

const Setup = z.object({ expires: z.int().min(0), encrypted: encryptedRecordSchema });

/**
 * Sign-in asks for a code from now on. Sessions that began without one end, but for the one that asks.
 * @returns the recovery codes, which are shown this once
 */
export const confirmSecondFactor = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger'>,
  actor: Actor,
  { setup, code }: SecondFactorConfirmation,
): Promise<RecoveryCodes> => {
  requirePermission(actor, 'own-account.manage');
  const { userId, username } = actor;
  const { keyRing } = deps.keys;
  const secret = secretIn(deps, userId, setup);
  const step = stepOf(secret, code.replaceAll(/\s/g, ''));
  if (step === null) throw wrongCode();
  const codes = newRecoveryCodes();
  await change(deps, async (changes) => {
    // takes the lock that holds back new sessions
    await changes.find('user', userId);
    await requireSession(changes, actor);
    if ((await changes.find('secondFactor', userId)) !== null) throw isOn();
    await changes.insert('secondFactor', {
      userId,
      secret: encryptSecondFactor(keyRing, { type: 'second-factor', userId }, secret),
      lastStep: step,
      recoveryHashes: codes.map((one) => hashRecoveryCode(deps, userId, one)),
      createdAt: new Date(),
    });
    const endedSessions = await endSessionsOf(deps, changes, userId, { but: actor.sessionId });
    changes.audit({
      actor: userActor(actor),
      action: 'second-factor.add',
      subject: { type: 'user', id: userId, name: username },
      details: { endedSessions },
    });
  });
  return { codes };
};

const secretIn = ({ keys }: Pick<Dependencies, 'keys'>, userId: string, setup: string): Uint8Array => {
  try {
    const { expires, encrypted } = Setup.parse(JSON.parse(Buffer.from(setup, 'base64url').toString()));
    if (expires < Date.now()) throw isOver();
    return decryptSecondFactor(keys.keyRing, { type: 'second-factor-setup', userId, expires }, encrypted);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || error instanceof SealingError) throw isOver();
    throw error;
  }
};

const isOver = () =>
  new ApiError('InputValidationError', 'This setup is over. Start again, and finish within 15 minutes.', {
    field: 'setup',
  });

const wrongCode = () =>
  new ApiError(
    'InputValidationError',
    "code is not the one that the app shows now. Check the clock of the app's device.",
    {
      field: 'code',
    },
  );
