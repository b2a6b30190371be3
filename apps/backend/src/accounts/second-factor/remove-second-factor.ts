import type { PersonConfirmation } from '@secret-store/api';
import { userActor } from '../../audit/user-actor.ts';
import type { ConfirmDependencies, Confirmation } from '../confirm-person.ts';
import { withCode } from './with-code.ts';

/** One's own: sign-in asks for the password alone. */
export const removeSecondFactor = (
  given: ConfirmDependencies,
  confirmation: Confirmation & Pick<PersonConfirmation, 'code'>,
): Promise<void> =>
  withCode(given, confirmation, async (changes) => {
    const { actor } = confirmation;
    await changes.remove('secondFactor', actor.userId);
    changes.audit({
      actor: userActor(actor),
      action: 'second-factor.remove',
      subject: { type: 'user', id: actor.userId, name: actor.username },
      details: {},
    });
  });
