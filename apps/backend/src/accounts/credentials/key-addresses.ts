import { type Actor, ApiError } from '@secret-store/api';

/**
 * Where a new key works from; null: everywhere. One that is bound to addresses passes on its own, or some of them, so that nobody
 * who steals it comes away with a key for everywhere.
 * @throws {ApiError} 2001
 */
export const keyAddressesOf = (
  { keyAddresses }: Actor,
  asked: readonly string[] | undefined,
): readonly string[] | null => {
  if (keyAddresses === undefined) return asked ?? null;
  if (asked === undefined || asked.every((entry) => keyAddresses.includes(entry))) return asked ?? keyAddresses;
  throw new ApiError(
    'NotAuthorized',
    `The key that asks works from ${keyAddresses.join(', ')} alone, and so does a key that it creates. Use entries of this list.`,
    { field: 'addresses' },
  );
};
