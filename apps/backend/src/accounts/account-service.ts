import { ApiError, type AccountService } from '@secret-store/api';
import { isUniqueViolation } from '@secret-store/db';
import { auditedTransaction } from '../audit/audited-transaction.ts';
import type { Dependencies } from '../dependencies.ts';
import { generateApiKey } from './api-key.ts';
import type { Auth } from './auth.ts';
import { insertApiKey } from './insert-api-key.ts';
import { insertUser } from './insert-user.ts';
import type { RateLimits } from './rate-limits.ts';
import { requireAdministrator } from './require-administrator.ts';
import { signIn } from './sign-in.ts';

type AccountDependencies = Pick<Dependencies, 'db' | 'keys'>;

const conflict = (error: unknown, field: string, message: string): unknown =>
  isUniqueViolation(error) ? new ApiError('InputValidationError', message, { status: 409, field, cause: error }) : error;

export const createAccountService = (deps: AccountDependencies, auth: Auth, limits: RateLimits): AccountService => ({
  createUser: async (actor, request) => {
    requireAdministrator(actor);
    try {
      return await auditedTransaction(deps, (tx) => insertUser(tx, request, { type: 'user', id: actor.userId }));
    } catch (error) {
      throw conflict(error, 'username', 'username is taken. Choose another one.');
    }
  },

  createKey: async (actor, username, request) => {
    requireAdministrator(actor);
    const user = await deps.db.prisma.user.findUnique({ where: { username }, select: { id: true } });
    if (!user) {
      throw new ApiError('InputValidationError', 'There is no user of this name. Create the user first.', { status: 404 });
    }
    const key = request.key ?? generateApiKey();
    try {
      const id = await auditedTransaction(deps, (tx) =>
        insertApiKey(deps, tx, { userId: user.id, key }, { type: 'user', id: actor.userId }),
      );
      return { id, key };
    } catch (error) {
      throw conflict(error, 'key', 'key is in use. Choose another one, or leave it out to get a new one.');
    }
  },

  signIn: (input) => signIn(auth, limits, input),

  signOut: async (headers) => {
    const response = await auth.api.signOut({ headers, asResponse: true });
    return response.headers.getSetCookie();
  },
});
