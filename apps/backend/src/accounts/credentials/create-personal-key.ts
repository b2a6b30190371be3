import { type Actor, type ApiKey, ApiError, type PersonalKeyRequest, Role } from '@secret-store/api';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { generateApiKey } from '../api-key.ts';
import { lesserRole, mayGive } from '../permissions.ts';
import { grantEnd } from '../grants/grant-end.ts';
import { requireSession } from '../sessions/require-session.ts';
import { lockedUser, manageableUser } from '../user-named.ts';
import { insertApiKey } from './create-api-key.ts';
import { keyAddressesOf } from './key-addresses.ts';

/**
 * A new key, which is shown in this answer only. It may do no more than its owner, and no more and no longer than the key that
 * asks for it.
 */
export const createPersonalKey = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger'>,
  actor: Actor,
  username: string,
  request: PersonalKeyRequest,
): Promise<ApiKey> => {
  const owner = await manageableUser(deps, actor, username);
  const ownerRole = Role.parse(owner.role);
  const most = lesserRole(actor.role, ownerRole);
  const role = request.role ?? most;
  if (!mayGive({ ...actor, ownerRole }, role)) {
    throw new ApiError('NotAuthorized', `role is more than ${username} may give. Use ${most}, or leave role out.`, {
      field: 'role',
    });
  }
  const expiresAt = grantEnd(actor, request.expires);
  const addresses = keyAddressesOf(actor, request.addresses);
  const key = generateApiKey();
  const id = await change(deps, async (changes) => {
    await lockedUser(changes, owner.id);
    await requireSession(changes, actor);
    const made = { userId: owner.id, username, key, isGenerated: true, name: request.name, role, expiresAt, addresses };
    return insertApiKey(deps, changes, made, userActor(actor));
  });
  return { id, key };
};
