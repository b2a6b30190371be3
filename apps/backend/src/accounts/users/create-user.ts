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

type CreateDependencies = Pick<Dependencies, 'db' | 'ledger'>;

export const createUser = (deps: CreateDependencies, actor: Actor, request: UserRequest): Promise<User> =>
  withFreeName(deps, actor, request.username, (changes) => insertUser(changes, request, userActor(actor)));

/**
 * What an administrator creates under a name.
 * @throws {ApiError} 6001 with status 409 for a name that is taken
 */
export const withFreeName = async <T>(
  deps: CreateDependencies,
  actor: Actor,
  username: string,
  insert: (changes: Change) => Promise<T>,
): Promise<T> => {
  requirePermission(actor, 'users.manage');
  try {
    return await change(deps, async (changes) => {
      await releaseName(deps, changes, username);
      return insert(changes);
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

interface NewUser extends Pick<UserRequest, 'username' | 'role'> {
  /** null: nobody signs in with one */
  readonly password: string | null;
}

/** The account with its password, in the form in which sign-in looks for them. */
export const insertUser = async (
  changes: Change,
  { username, password, role }: NewUser,
  actor: AuditActor,
): Promise<User> => {
  const user = await insertAccount(changes, { username, role, kind: null }, actor);
  const now = new Date();
  await changes.insert('account', {
    ...{ id: uuid(), accountId: user.id, providerId: passwordProvider, userId: user.id },
    password: password === null ? null : await hashPassword(password),
    ...{ accessToken: null, refreshToken: null, idToken: null, scope: null },
    ...{ accessTokenExpiresAt: null, refreshTokenExpiresAt: null, createdAt: now, updatedAt: now },
  });
  return user;
};

/** The account alone: nothing signs in to it. */
export const insertAccount = async (
  changes: Change,
  { username, role, kind }: Omit<UserRequest, 'password'> & { readonly kind: 'service' | null },
  actor: AuditActor,
): Promise<User> => {
  const id = uuid();
  const now = new Date();
  await changes.insert('user', {
    ...{ id, name: username, email: `${username}@users.invalid`, emailVerified: false, image: null },
    ...{ username, displayUsername: username, kind, role, roleConnectionId: null },
    ...{ disabledAt: null, createdAt: now, updatedAt: now },
  });
  changes.audit({
    actor,
    action: 'user.create',
    subject: { type: 'user', id, name: username },
    details: { role, ...(kind !== null && { kind }) },
  });
  return { id, username, role };
};
