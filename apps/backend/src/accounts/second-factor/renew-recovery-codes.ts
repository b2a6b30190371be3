import type { PersonConfirmation, RecoveryCodes } from '@secret-store/api';
import { userActor } from '../../audit/user-actor.ts';
import type { ConfirmDependencies, Confirmation } from '../confirm-person.ts';
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts';
import { withCode } from './with-code.ts';

/** Other codes, which are shown this once; the earlier ones do not work any more. */
export const renewRecoveryCodes = (
  given: ConfirmDependencies,
  confirmation: Confirmation & Pick<PersonConfirmation, 'code'>,
): Promise<RecoveryCodes> =>
  withCode(given, confirmation, async (changes) => {
    const { userId, username } = confirmation.actor;
    const codes = newRecoveryCodes();
    const recoveryHashes = codes.map((code) => hashRecoveryCode(given.deps, userId, code));
    await changes.update('secondFactor', userId, { recoveryHashes });
    changes.audit({
      actor: userActor(confirmation.actor),
      action: 'second-factor.renew-recovery-codes',
      subject: { type: 'user', id: userId, name: username },
      details: {},
    });
    return { codes };
  });
