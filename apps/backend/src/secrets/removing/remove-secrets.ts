import { type Actor, ApiError, type SecretsRemovalRequest, type SecretsRemovalResult } from '@secret-store/api';
import type { SetEntry } from '@secret-store/sealing';
import { authorisedAlgorithm } from '../../accounts/authorised-algorithm.ts';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { lockedSet } from '../../sets/locked-set.ts';
import { setTurn } from '../../sets/next-set.ts';
import { readCommitted, verifiedSet } from '../../sets/verified-set.ts';
import { commitDeletions } from '../commits/finish-deletion.ts';
import { removeIntents } from '../commits/write-intent.ts';
import { secretNotFound } from '../existing-secret.ts';
import { leaveInVaults } from './leave-in-vaults.ts';
import { type FailedRemoval, type Removal, removeFromVaults } from './remove-from-vault.ts';
import { endWithoutVault } from './remove-without-vault.ts';

/**
 * Several secrets of an algorithm at once. Those that the store keeps itself, and references, go in one transaction with one set;
 * those of each vault in another. One that its vault does not delete keeps none of the others.
 */
export const removeSecrets = async (
  deps: Dependencies,
  actor: Actor,
  algorithmId: string,
  { secretIds, leave }: SecretsRemovalRequest,
): Promise<SecretsRemovalResult> => {
  await authorisedAlgorithm(deps, actor, 'secrets.manage', { id: algorithmId });
  const removal = { deps, actor: userActor(actor), algorithmId };
  const set = await verifiedSet(deps, readCommitted(deps), algorithmId);
  const signed = new Map(set?.body.secrets.map((entry) => [entry.secretId, entry]));
  const ids = [...new Set(secretIds)];
  const entries = ids.flatMap((id) => signed.get(id) ?? []);
  const gone = ids.filter((id) => !signed.has(id));
  const isKeptHere = (entry: SetEntry) => endWithoutVault(entry) !== null;
  const inVaults = entries.filter((entry) => !isKeptHere(entry));
  const failed = [
    ...(await removeHere(removal, entries.filter(isKeptHere))),
    ...(leave ? await leaveAll(removal, inVaults) : await removeByProvider(removal, inVaults)),
    ...(leave ? await giveUpAll(removal, gone) : gone.map(notFound)),
  ];
  const reasons = new Map(failed.map(({ secretId, error }) => [secretId, reasonOf(error)]));
  return {
    results: ids.map((secretId) => ({ secretId, reason: reasons.get(secretId) ?? null })),
  };
};

const notFound = (secretId: string): FailedRemoval => ({ secretId, error: secretNotFound() });

const idsOf = (entries: readonly SetEntry[]): readonly string[] => entries.map(({ secretId }) => secretId);

const removeHere = async (removal: Removal, entries: readonly SetEntry[]): Promise<readonly FailedRemoval[]> => {
  if (entries.length === 0) return [];
  const { deps, actor, algorithmId } = removal;
  return change(
    deps,
    async (changes) => {
      const { set } = await lockedSet(deps, changes, algorithmId);
      const current = new Map(set?.body.secrets.map((entry) => [entry.secretId, entry]));
      // another removal may have come first
      const there = idsOf(entries).flatMap((id) => current.get(id) ?? []);
      const gone = idsOf(entries).filter((id) => !current.has(id));
      const deletions = there.map((entry) => ({ ...entry, vault: endWithoutVault(entry) ?? ('pending' as const) }));
      if (there.length > 0) await commitDeletions(deps, changes, { actor, algorithmId, deletions });
      for (const { secretId, vault } of deletions) if (vault === 'kept') await removeIntents(changes, { secretId });
      return gone.map(notFound);
    },
    { turn: setTurn(algorithmId) },
  );
};

const leaveAll = async (removal: Removal, entries: readonly SetEntry[]): Promise<readonly FailedRemoval[]> => {
  if (entries.length > 0) await leaveInVaults(removal, idsOf(entries));
  return [];
};

/** Deletions that a vault has not answered are no longer tried. */
const giveUpAll = async (removal: Removal, secretIds: readonly string[]): Promise<readonly FailedRemoval[]> => {
  const failed: FailedRemoval[] = [];
  for (const secretId of secretIds) {
    await leaveInVaults(removal, [secretId]).catch((error: unknown) => failed.push({ secretId, error }));
  }
  return failed;
};

/** A vault that cannot be asked, or deletes nothing, keeps no other waiting. */
const removeByProvider = async (removal: Removal, entries: readonly SetEntry[]): Promise<readonly FailedRemoval[]> => {
  const failed: FailedRemoval[] = [];
  for (const provider of new Set(entries.map(({ providerId }) => providerId))) {
    const ids = idsOf(entries.filter(({ providerId }) => providerId === provider));
    failed.push(
      ...(await removeFromVaults(removal, ids).catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        return ids.map((secretId) => ({ secretId, error }));
      })),
    );
  }
  return failed;
};

/** Anything but our own words may have a value in it. */
const reasonOf = (error: unknown): string =>
  error instanceof ApiError ? error.message : 'Something went wrong on our side. Try again.';
