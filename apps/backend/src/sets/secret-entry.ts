import type { SetEntry } from '@secret-store/sealing';
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
): Promise<SetEntry | null> => {
  const set = await verifiedSet(deps, read, algorithmId);
  return set?.body.secrets.find((entry) => entry.secretId === secretId) ?? null;
};

/** The same as this backend knows it, which may be out of date: for what never changes of a secret, such as its provider. */
export const lastingEntry = async (
  deps: SetDependencies,
  read: Read,
  algorithmId: string,
  secretId: string,
): Promise<SetEntry | null> => {
  const known = knownSet(deps, algorithmId)?.body.secrets.find((entry) => entry.secretId === secretId);
  return known ?? secretEntry(deps, read, algorithmId, secretId);
};
