import { ApiError } from '@secret-store/api';
import { type ConfirmDependencies, type Confirmation, confirmPerson } from '../confirm-person.ts';
import { enabledConnection } from './connections/connection-named.ts';
import { NotSignedIn } from './requests/protocol.ts';
import { type Starting, startSignIn } from './start-sign-in.ts';

/** Where to go to link an identity to the own account. It needs the password again. */
export const startLink = (
  given: ConfirmDependencies & Starting,
  confirmation: Confirmation,
  { connection: name, cookies }: { readonly connection: string; readonly cookies: string },
): Promise<Awaited<ReturnType<typeof startSignIn>>> =>
  confirmPerson(given, confirmation, async () => {
    const connection = await enabledConnection(given.deps, name);
    if (connection === null) {
      throw new ApiError('InputValidationError', 'There is no such identity provider. Reload the page.', {
        status: 404,
      });
    }
    const start = { cookies, returnTo: '/account', link: confirmation.actor.userId };
    return startSignIn(given, connection, start).catch((error: unknown) => {
      if (!(error instanceof NotSignedIn)) throw error;
      throw new ApiError('InputValidationError', 'The identity provider did not answer. Try again in a moment.', {
        status: 502,
        cause: error,
      });
    });
  });
