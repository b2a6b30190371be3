import { type Actor, ApiError, Role, type RoleAddressesList, type RoleAddressesRequest } from '@secret-store/api';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { requirePermission } from '../permissions.ts';
import { addressesOfRole, isWithinAddresses } from '../sessions/role-addresses.ts';

/** Every role, also one without a list. */
export const listRoleAddresses = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  actor: Actor,
): Promise<RoleAddressesList> => {
  requirePermission(actor, 'users.read');
  const results = Role.options.map(async (role) => ({
    role,
    addresses: addressesOfRole(await ledger.read('roleAddresses', role)),
  }));
  return { results: await Promise.all(results) };
};

/**
 * Applies to the next request of each session and key of the role. An empty list removes the limits.
 * @param address of the client
 * @throws {ApiError} 6001 with status 409 for a list that locks the actor out
 */
export const setRoleAddresses = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  { role, addresses }: RoleAddressesRequest,
  address: string,
): Promise<void> => {
  requirePermission(actor, 'users.manage');
  const isOwn = role === actor.role || role === actor.ownerRole;
  if (isOwn && addresses.length > 0 && !isWithinAddresses(addresses, address)) throw lockedOut(address);
  await deps.db.withLock('role-addresses', async () => {
    await deps.ledger.chain.read();
    await change(deps, async (changes) => {
      // also one that was changed outside the store, and lets nobody in
      await changes.remove('roleAddresses', role);
      if (addresses.length > 0) await changes.insert('roleAddresses', { role, addresses, createdAt: new Date() });
      changes.audit({
        ...{
          actor: userActor(actor),
          action: 'role.change-addresses',
          subject: { type: 'role', id: role, name: role },
        },
        details: { addresses: [...addresses] },
      });
    });
  });
};

const lockedOut = (address: string) =>
  new ApiError(
    'InputValidationError',
    `This list locks you out: you use the store from ${address}. Add that address.`,
    {
      status: 409,
      field: 'addresses',
    },
  );
