import { type Actor, ApiError } from '@secret-store/api';
import type { Dependencies } from '../dependencies.ts';
import type { Change } from '../ledger/change.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { requirePermission } from './permissions.ts';
import { isUsername } from './refused-credentials.ts';

/** @throws {ApiError} 6001 with status 404, for the field `username`, where no user has this name */
export const userNamed = async ({ ledger }: Pick<Dependencies, 'ledger'>, username: string): Promise<Rows['user']> => {
  const [user] = isUsername(username) ? await ledger.find('user', { username }) : [];
  if (user !== undefined) return user;
  throw noSuchUser();
};

/** The row, locked: the user may have been deleted since the name was looked up. @throws {ApiError} 6001 with status 404 */
export const lockedUser = async (changes: Change, userId: string): Promise<Rows['user']> => {
  const user = await changes.find('user', userId);
  if (user !== null) return user;
  throw noSuchUser();
};

const noSuchUser = () =>
  new ApiError('InputValidationError', 'There is no user with this name. Check the name, or create the user first.', {
    ...{ status: 404, field: 'username' },
  });

/**
 * Whose keys and sessions the actor may see and end: the own ones, or any with `users.manage`.
 * @throws {ApiError} 2001, also where there is no such user; 6001 with status 404 for who may know
 */
export const manageableUser = async (
  deps: Pick<Dependencies, 'ledger'>,
  actor: Actor,
  username: string,
): Promise<Rows['user']> => {
  requirePermission(actor, actor.username === username ? 'own-account.manage' : 'users.manage');
  return userNamed(deps, username);
};
