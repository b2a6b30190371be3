import { ApiError, type PersonConfirmation } from '@secret-store/api';
import { userActor } from '../../audit/user-actor.ts';
import type { Change } from '../../ledger/change.ts';
import { type ConfirmDependencies, type Confirmation, confirmPerson } from '../confirm-person.ts';
import { useCode } from './use-code.ts';

/** What needs the password and a code. A wrong code counts like a wrong password. */
export const withCode = async <T>(
  given: ConfirmDependencies,
  confirmation: Confirmation & Pick<PersonConfirmation, 'code'>,
  work: (changes: Change) => Promise<T>,
): Promise<T> => {
  const { actor, address, code } = confirmation;
  const { userId, username } = actor;
  return confirmPerson(given, confirmation, async (changes) => {
    const factor = await changes.find('secondFactor', userId);
    if (factor === null) throw isOff();
    if ((await useCode(given.deps, changes, factor, code)) === null) {
      const subject = { type: 'user', id: userId, name: username };
      given.refusals.count({ action: 'second-factor.refuse', actor: userActor(actor), subject, address });
      throw wrongCode();
    }
    return work(changes);
  });
};

const isOff = () =>
  new ApiError('InputValidationError', 'No authenticator app is set up. Reload the page.', { status: 409 });

const wrongCode = () =>
  new ApiError(
    'InputValidationError',
    'code is wrong or was used already. Enter the code that the app shows next, or a recovery code.',
    { field: 'code' },
  );
