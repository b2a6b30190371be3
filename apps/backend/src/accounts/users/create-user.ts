import { ApiError, type Actor, type User, type UserRequest } from '@secret-store/api';
import { isUniqueViolation } from '@secret-store/db';
import { v7 as uuid } from 'uuid';
import type { AuditActor } from '../../audit/audit-entry.ts';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { type Change, change } from '../../ledger/change.ts';
import { ClaimTaken } from '../../ledger/claim-taken.ts';
import { releaseName } from '../grants/release-name.ts';
import { hashPassword } from '../password.ts';
import { requirePermission } from '../permissions.ts';
import { passwordProvider } from '../password-row.ts';

export const createUser = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  request: UserRequest,
): Promise<User> => {
  requirePermission(actor, 'users.manage');
  try {
    return await change(deps, async (changes) => {
      await releaseName(deps, changes, request.username);
      return insertUser(changes, request, userActor(actor));
    });
  } catch (error) {
    if (!isUniqueViolation(error) && !(error instanceof ClaimTaken)) throw error;
    throw new ApiError('InputValidationError', 'username is taken. Choose another one.', {
      status: 409,
      field: 'username',
      cause: error,
    });
  }
};

/** The account with its password, in the form in which sign-in looks for them. */
export const insertUser = async (
  changes: Change,
  { username, password, role }: UserRequest,
  actor: AuditActor,
): Promise<User> => {
  const id = uuid();
  const now = new Date();
  const times = { createdAt: now, updatedAt: now };
  await changes.insert('user', {
    ...{ id, name: username, email: `${username}@users.invalid`, emailVerified: false, image: null },
    ...{ username, displayUsername: username, role, disabledAt: null, ...times },
  });
  await changes.insert('account', {
    ...{ id: uuid(), accountId: id, providerId: passwordProvider, userId: id, password: await hashPassword(password) },
    ...{ accessToken: null, refreshToken: null, idToken: null, scope: null, ...times },
    ...{ accessTokenExpiresAt: null, refreshTokenExpiresAt: null },
  });
  changes.audit({
    actor,
    action: 'user.create',
    subject: { type: 'user', id, name: username },
    details: { role },
  });
  return { id, username, role };
};
