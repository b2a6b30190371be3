import { type Actor, ApiError, type CreatedScimKey, type ScimKeyRequest, scimKeysMaximum } from '@secret-store/api';
import { v7 as uuid } from 'uuid';
import { userActor } from '../../../audit/user-actor.ts';
import type { Dependencies } from '../../../dependencies.ts';
import { change } from '../../../ledger/change.ts';
import { grantEnd } from '../../grants/grant-end.ts';
import { scimSource } from '../../outside/outsider.ts';
import { requirePermission } from '../../permissions.ts';
import { generateScimKey, hashScimKey, prefixOf } from './scim-key.ts';

/**
 * The key is shown in this answer only.
 * @throws {ApiError} 2001 for an end later than that of the key that asks, and for a key that is bound to addresses
 */
export const createScimKey = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger'>,
  actor: Actor,
  { name, connectionId, expires }: ScimKeyRequest,
): Promise<CreatedScimKey> => {
  requirePermission(actor, 'users.manage');
  // a SCIM key works from everywhere
  if (actor.keyAddresses !== undefined) throw isBound(actor.keyAddresses);
  const key = generateScimKey();
  const row = {
    ...{ id: uuid(), name, keyHash: hashScimKey(deps, key), prefix: prefixOf(key), createdAt: new Date() },
    ...{ connectionId: connectionId ?? scimSource, createdBy: actor.username },
    expiresAt: grantEnd(actor, expires),
  };
  await deps.db.withLock('scim-keys', async () => {
    if (deps.ledger.memory.count('scimKey', 'all') >= scimKeysMaximum) {
      throw new ApiError('InputValidationError', `There are ${scimKeysMaximum} SCIM keys already. Revoke one first.`, {
        status: 409,
      });
    }
    await change(deps, async (changes) => {
      if (row.connectionId !== scimSource && (await changes.find('signInConnection', row.connectionId)) === null) {
        throw new ApiError('InputValidationError', 'There is no such connection. Check its id.', {
          ...{ status: 404, field: 'connectionId' },
        });
      }
      await changes.insert('scimKey', row);
      changes.audit({
        actor: userActor(actor),
        action: 'scim-key.create',
        subject: { type: 'scim-key', id: row.id, name },
        details: { connectionId: row.connectionId, ...(row.expiresAt && { expires: row.expiresAt.toISOString() }) },
      });
    });
  });
  return { id: row.id, key };
};

const isBound = (addresses: readonly string[]) =>
  new ApiError(
    'NotAuthorized',
    `The key that asks works from ${addresses.join(', ')} alone, and a SCIM key works from everywhere. Sign in, or use a key without addresses.`,
  );
