import type { Actor } from '@secret-store/api';
import { authorisedAlgorithm } from '../../accounts/authorised-algorithm.ts';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { setTurn } from '../../sets/next-set.ts';
import { lockedEntry } from '../../sets/locked-set.ts';
import { lastingEntry } from '../../sets/secret-entry.ts';
import { readCommitted } from '../../sets/verified-set.ts';
import { commitDeletions } from '../commits/finish-deletion.ts';
import { removeIntents } from '../commits/write-intent.ts';
import { requireEntry } from '../required-entry.ts';
import { leaveInVaults } from './leave-in-vaults.ts';
import { removeFromVaults } from './remove-from-vault.ts';
import { endWithoutVault } from './remove-without-vault.ts';

export interface RemovalOptions {
  /** true: a vault is not asked, and what may stay in it is listed as left behind */
  readonly leave?: boolean | undefined;
}

/** @throws {ApiError} 8008 when there is no such secret; 8009, 8010 when its vault does not delete it */
export const removeSecret = async (
  deps: Dependencies,
  actor: Actor,
  algorithmId: string,
  secretId: string,
  { leave = false }: RemovalOptions = {},
): Promise<void> => {
  await authorisedAlgorithm(deps, actor, 'secrets.manage', { id: algorithmId });
  const removal = { deps, actor: userActor(actor), algorithmId };
  const which = { algorithmId, secretId };
  const lasting = await lastingEntry(deps, readCommitted(deps), algorithmId, secretId);
  if (leave && (lasting === null || endWithoutVault(lasting) === null)) return leaveInVaults(removal, [secretId]);
  if (endWithoutVault(await requireEntry(deps, which, lasting)) === null) {
    const [failed] = await removeFromVaults(removal, [secretId]);
    if (failed !== undefined) throw failed.error;
    return;
  }
  await change(
    deps,
    async (changes) => {
      const entry = await requireEntry(deps, which, await lockedEntry(deps, changes, algorithmId, secretId));
      const vault = endWithoutVault(entry) ?? 'pending';
      await commitDeletions(deps, changes, { ...removal, deletions: [{ ...entry, vault }] });
      if (vault === 'kept') await removeIntents(changes, { secretId });
    },
    { turn: setTurn(algorithmId) },
  );
};
