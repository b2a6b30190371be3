import type { Actor } from '@secret-store/api';
import type { SetEntry } from '@secret-store/sealing';
import { authorisedAlgorithm } from '../../accounts/authorised-algorithm.ts';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { setTurn } from '../../sets/next-set.ts';
import { type Read, readCommitted } from '../../sets/verified-set.ts';
import { secretEntry } from '../../sets/secret-entry.ts';
import { commitDeletions } from '../commits/finish-deletion.ts';
import { removeIntents } from '../commits/write-intent.ts';
import { existingSecret } from '../existing-secret.ts';
import { removeFromVaults } from './remove-from-vault.ts';
import { endWithoutVault } from './remove-without-vault.ts';

/** @throws {ApiError} 8008 when there is no such secret; 8009, 8010 when its vault does not delete it */
export const removeSecret = async (
  deps: Dependencies,
  actor: Actor,
  algorithmId: string,
  secretId: string,
): Promise<void> => {
  await authorisedAlgorithm(deps, actor, 'algorithms.manage', { id: algorithmId });
  const removal = { deps, actor: userActor(actor), algorithmId };
  if (endWithoutVault(await signedEntry(deps, readCommitted(deps), algorithmId, secretId)) === null) {
    const [failed] = await removeFromVaults(removal, [secretId]);
    if (failed !== undefined) throw failed.error;
    return;
  }
  await change(
    deps,
    async (changes) => {
      await changes.find('algorithm', algorithmId);
      const entry = await signedEntry(deps, (statement) => changes.query(statement), algorithmId, secretId);
      const vault = endWithoutVault(entry) ?? 'pending';
      await commitDeletions(deps, changes, { ...removal, deletions: [{ ...entry, vault }] });
      if (vault === 'kept') await removeIntents(changes, { secretId });
    },
    { turn: setTurn(algorithmId) },
  );
};

/** @throws {ApiError} 8008 when the algorithm has no such secret */
const signedEntry = async (
  deps: Dependencies,
  read: Read,
  algorithmId: string,
  secretId: string,
): Promise<SetEntry> => {
  const entry = await secretEntry(deps, read, algorithmId, secretId);
  if (entry !== null) return entry;
  await existingSecret(deps, algorithmId, secretId);
  throw new Error(`the row of secret ${secretId} is there, and its algorithm's set does not have it`);
};
