import { type Actor, ApiError } from '@secret-store/api';
import { z } from 'zod';
import { parseAddressList } from '../../address-list.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';

const Addresses = z.array(z.string());

/** Where accounts of a role, and keys limited to it, work from; null: everywhere. */
export const addressesOfRole = (row: Rows['roleAddresses'] | null): string[] | null =>
  row === null ? null : Addresses.parse(row.addresses);

export const isWithinAddresses = (addresses: readonly string[], address: string | null): boolean =>
  parseAddressList(addresses)?.includes(address ?? undefined) === true;

/** @throws {ApiError} 2001 from an address that is not in the list of the role */
export const requireRoleAddress = (row: Rows['roleAddresses'] | null, address: string | null): void => {
  const addresses = addressesOfRole(row);
  if (row === null || addresses === null || isWithinAddresses(addresses, address)) return;
  throw new ApiError(
    'NotAuthorized',
    `The role ${row.role} does not work from ${address ?? 'an unknown address'}. Use an address that is allowed for it, or ask an administrator to add this one.`,
  );
};

/**
 * The roles of the account and of its key.
 * @throws {ApiError} 2001
 */
export const requireRoleAddresses = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  { role, ownerRole = role }: Actor,
  address: string,
): Promise<void> => {
  for (const one of new Set([role, ownerRole])) {
    // most stores have no lists, and then no database is asked
    if (ledger.memory.find('roleAddresses', one) === null) continue;
    requireRoleAddress(await ledger.read('roleAddresses', one), address);
  }
};
