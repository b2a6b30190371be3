import type { SetEntry } from '@secret-store/sealing';
import { entryIn } from './set-cache.ts';
import { knownSet, type Read, type SetDependencies, verifiedSet } from './verified-set.ts';

/**
 * The secret as it was signed, which is what a provider is asked about: a provider key from the secret's row could be
 * another secret's. Null when the set does not have it.
 */
export const secretEntry = async (
  deps: SetDependencies,
  read: Read,
  algorithmId: string,
  secretId: string,
): Promise<SetEntry | null> => entryIn(await verifiedSet(deps, read, algorithmId), secretId);

/** The same as this backend knows it, which may be out of date: for what never changes of a secret, such as its provider. */
export const lastingEntry = async (
  deps: SetDependencies,
  read: Read,
  algorithmId: string,
  secretId: string,
): Promise<SetEntry | null> =>
  entryIn(knownSet(deps, algorithmId), secretId) ?? secretEntry(deps, read, algorithmId, secretId);
