import type { SetEntry } from '@secret-store/sealing';
import { change, type Change } from '../../ledger/change.ts';
import { lockedSet } from '../../sets/locked-set.ts';
import { setTurn } from '../../sets/next-set.ts';
import { commitDeletions } from '../commits/finish-deletion.ts';
import { intentIds, leaveBehind, removeIntents } from '../commits/write-intent.ts';
import { secretNotFound } from '../existing-secret.ts';
import type { Removal } from './remove-from-vault.ts';
import { withSecretLocks } from '../vaults/secret-locks.ts';

/**
 * Removes secrets here without asking their vaults, which may no longer exist. What may stay in a vault is listed as left
 * behind.
 * @throws {ApiError} 8008 for a secret that the algorithm does not have, and whose deletion is not under way either
 */
export const leaveInVaults = (removal: Removal, secretIds: readonly string[]): Promise<void> => {
  const { deps, actor, algorithmId } = removal;
  return withSecretLocks(deps, secretIds, () =>
    change(
      deps,
      async (changes) => {
        const { set } = await lockedSet(deps, changes, algorithmId);
        const signed = new Map(set?.body.secrets.map((entry) => [entry.secretId, entry]));
        const entries = secretIds.flatMap((id) => signed.get(id) ?? []);
        await leaveEntries(removal, changes, entries);
        for (const secretId of secretIds) {
          if (signed.has(secretId)) continue;
          if (!(await giveUpDeletion(removal, changes, secretId))) throw secretNotFound();
        }
        const deletions = entries.map((entry) => ({ ...entry, vault: 'left' as const }));
        if (entries.length > 0) await commitDeletions(deps, changes, { actor, algorithmId, deletions });
      },
      { turn: setTurn(algorithmId) },
    ),
  );
};

const leaveEntries = async (
  { actor, algorithmId }: Removal,
  changes: Change,
  entries: readonly SetEntry[],
): Promise<void> => {
  for (const entry of entries) {
    const { secretId, providerKey } = entry;
    await removeIntents(changes, { secretId });
    await leaveBehind(changes, { kind: 'delete', algorithmId, entry, providerKey, actor });
  }
};

/** A deletion that was carried through here, and that the vault has not answered: it is no longer tried. */
const giveUpDeletion = async ({ actor, algorithmId }: Removal, changes: Change, secretId: string): Promise<boolean> => {
  let isFound = false;
  for (const id of await intentIds(changes, { secretId, kind: 'delete' })) {
    const intent = await changes.find('intent', id);
    if (intent?.algorithmId !== algorithmId || intent.state !== 'pending') continue;
    isFound = true;
    await changes.update('intent', id, { state: 'left-behind' });
    const { environmentVariable: name, providerId } = intent;
    changes.audit({
      ...{ actor, action: 'secret.leave-behind', subject: { type: 'secret', id: secretId, name } },
      details: { algorithmId, providerId },
    });
  }
  return isFound;
};
