import type { SetEntry } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import { verifiedSet } from './verified-set.ts';

/**
 * The secret as it was signed, which is what a provider is asked about: a provider key from the secret's row could be
 * another secret's. Null when the set does not have it.
 */
export const secretEntry = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger'>,
  algorithmId: string,
  secretId: string,
): Promise<SetEntry | null> => {
  const set = await verifiedSet(deps, deps.db.prisma, algorithmId);
  return set?.body.secrets.find((entry) => entry.secretId === secretId) ?? null;
};
