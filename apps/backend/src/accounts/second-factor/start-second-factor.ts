import { ApiError, type SecondFactorSetup } from '@secret-store/api';
import { encryptSecondFactor } from '@secret-store/sealing';
import { type ConfirmDependencies, type Confirmation, confirmPerson } from '../confirm-person.ts';
import { appAddress, appKey, newAppSecret } from './authenticator-app.ts';

const setupMilliseconds = 15 * 60_000;

/**
 * A secret for an authenticator app. Nothing is stored: the secret goes along in `setup`, encrypted, until a code of the app proves
 * that the app has it.
 * @param host what the app shows beside the username
 */
export const startSecondFactor = (
  given: ConfirmDependencies,
  confirmation: Confirmation,
  host: string,
): Promise<SecondFactorSetup> =>
  confirmPerson(given, confirmation, async (changes) => {
    const { userId, username } = confirmation.actor;
    if ((await changes.find('secondFactor', userId)) !== null) throw isOn();
    const secret = newAppSecret();
    const expires = Date.now() + setupMilliseconds;
    const encrypted = encryptSecondFactor(
      given.deps.keys.keyRing,
      { type: 'second-factor-setup', userId, expires },
      secret,
    );
    return {
      key: appKey(secret),
      address: appAddress(secret, `${username}@${host}`),
      setup: Buffer.from(JSON.stringify({ expires, encrypted })).toString('base64url'),
    };
  });

export const isOn = () =>
  new ApiError('InputValidationError', 'An authenticator app is set up already. Remove it first.', { status: 409 });
