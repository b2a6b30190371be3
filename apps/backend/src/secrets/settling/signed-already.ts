import type { Dependencies } from '../../dependencies.ts';
import { setTransaction } from '../../sets/set-transaction.ts';
import { verifiedSet } from '../../sets/verified-set.ts';
import type { Intent } from '../commits/write-intent.ts';

/**
 * Whether the algorithm's signed set has the secret, or another under the same provider key. An intent to delete it is then
 * not this backend's, and settling it would destroy what is in use.
 */
export const isSigned = (deps: Dependencies, intent: Intent): Promise<boolean> =>
  setTransaction(deps, async (tx) => {
    const set = await verifiedSet(deps, tx, intent.algorithmId);
    return (set?.secrets ?? []).some(
      (entry) =>
        entry.secretId === intent.secretId ||
        (entry.providerId === intent.providerId && entry.providerKey === intent.providerKey),
    );
  });
