import { ApiError, type Actor, type ApiKey, type ApiKeyRequest, type Role } from '@secret-store/api';
import { isUniqueViolation } from '@secret-store/db';
import { v7 as uuid } from 'uuid';
import type { AuditActor } from '../../audit/audit-entry.ts';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { type Change, change } from '../../ledger/change.ts';
import { generateApiKey, hashApiKey, prefixOf } from '../api-key.ts';
import { requirePermission } from '../permissions.ts';
import { lockedUser, userNamed } from '../user-named.ts';
import { keyAddressesOf } from './key-addresses.ts';

/** The given key, or a new one, which is shown in this answer only. */
export const createApiKey = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger'>,
  actor: Actor,
  username: string,
  request: ApiKeyRequest,
): Promise<ApiKey> => {
  requirePermission(actor, 'users.manage');
  const user = await userNamed(deps, username);
  const key = request.key ?? generateApiKey();
  try {
    const id = await change(deps, (changes) =>
      insertApiKey(
        deps,
        changes,
        {
          ...{ userId: user.id, username, key, isGenerated: request.key === undefined },
          // no more than the key that asks has
          ...{ expiresAt: actor.keyExpiresAt ?? null, addresses: keyAddressesOf(actor, undefined) },
        },
        userActor(actor),
      ),
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

interface NewApiKey {
  readonly userId: string;
  readonly username: string;
  readonly key: string;
  /** a prefix of one that was given could be all that is secret in it */
  readonly isGenerated: boolean;
  readonly name?: string;
  readonly role?: Role;
  readonly expiresAt?: Date | null;
  readonly addresses?: readonly string[] | null;
}

/** @returns the id of the new row */
export const insertApiKey = async (
  deps: Pick<Dependencies, 'keys'>,
  changes: Change,
  { userId, username, key, isGenerated, name, role, expiresAt = null, addresses = null }: NewApiKey,
  actor: AuditActor,
): Promise<string> => {
  await lockedUser(changes, userId);
  const id = uuid();
  await changes.insert('apiKey', {
    ...{ id, userId, keyHash: hashApiKey(deps, key), prefix: isGenerated ? prefixOf(key) : null },
    ...{ name: name ?? null, role: role ?? null, expiresAt, addresses, createdAt: new Date() },
    createdBy: actor.type === 'user' ? (actor.name ?? actor.id) : null,
  });
  changes.audit({
    actor,
    action: 'api-key.create',
    subject: { type: 'user', id: userId, name: username },
    details: {
      apiKeyId: id,
      ...(name !== undefined && { name }),
      ...(role !== undefined && { role }),
      ...(expiresAt !== null && { expires: expiresAt.toISOString() }),
      ...(addresses !== null && { addresses: [...addresses] }),
    },
  });
  return id;
};
