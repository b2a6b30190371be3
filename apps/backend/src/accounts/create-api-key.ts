import { ApiError, type Actor, type ApiKey, type ApiKeyRequest } from '@secret-store/api';
import { isUniqueViolation } from '@secret-store/db';
import { v7 as uuid } from 'uuid';
import type { AuditActor } from '../audit/audit-entry.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { type Change, change } from '../ledger/change.ts';
import { generateApiKey, hashApiKey } from './api-key.ts';
import { requirePermission } from './permissions.ts';

/** The given key, or a new one, which is shown in this answer only. */
export const createApiKey = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger'>,
  actor: Actor,
  username: string,
  request: ApiKeyRequest,
): Promise<ApiKey> => {
  requirePermission(actor, 'users.manage');
  const [user] = await deps.ledger.find('user', { username });
  if (!user) {
    throw new ApiError('InputValidationError', 'There is no user with this name. Create the user first.', {
      status: 404,
    });
  }
  const key = request.key ?? generateApiKey();
  try {
    const id = await change(deps, (changes) =>
      insertApiKey(deps, changes, { userId: user.id, username, key }, userActor(actor)),
    );
    return { id, key };
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new ApiError('InputValidationError', 'key is in use. Choose another one, or leave it out to get a new one.', {
      status: 409,
      field: 'key',
      cause: error,
    });
  }
};

/** @returns the id of the new row */
export const insertApiKey = async (
  deps: Pick<Dependencies, 'keys'>,
  changes: Change,
  { userId, username, key }: { readonly userId: string; readonly username: string; readonly key: string },
  actor: AuditActor,
): Promise<string> => {
  const id = uuid();
  await changes.insert('apiKey', { id, userId, keyHash: hashApiKey(deps, key), createdAt: new Date() });
  changes.audit({
    actor,
    action: 'api-key.create',
    subject: { type: 'user', id: userId, name: username },
    details: { apiKeyId: id },
  });
  return id;
};
