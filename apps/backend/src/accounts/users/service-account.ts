import { type Actor, ApiError, type ServiceAccountRequest, type User } from '@secret-store/api';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { insertAccount, withFreeName } from './create-user.ts';

/** An account for programs. Nothing is made that it could sign in with, and nothing can be added. */
export const createServiceAccount = (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  { username, role }: ServiceAccountRequest,
): Promise<User> =>
  withFreeName(deps, actor, username, (changes) =>
    insertAccount(changes, { username, role, kind: 'service' }, userActor(actor)),
  );

/** @throws {ApiError} 6001 with status 409 for an account that nobody signs in to */
export const requirePerson = ({ kind, username }: Rows['user'], field?: string): void => {
  if (kind === null) return;
  throw new ApiError('InputValidationError', `${username} is a service account: it has API keys and no sign-in.`, {
    status: 409,
    ...(field !== undefined && { field }),
  });
};
