import type { SetEntry } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import { setTransaction } from './set-transaction.ts';
import { verifiedSet } from './verified-set.ts';

/**
 * The secret as it was signed, which is what a provider is asked about: a provider key from the secret's row could be
 * another secret's. Null when the set does not have it.
 */
export const secretEntry = (deps: Dependencies, algorithmId: string, secretId: string): Promise<SetEntry | null> =>
  setTransaction(deps, async (tx) => {
    const set = await verifiedSet(deps, tx, algorithmId);
    return set?.secrets.find((entry) => entry.secretId === secretId) ?? null;
  });
