import { internalProviderId } from '@secret-store/provider-internal';
import { userActor } from '../../audit/user-actor.ts';
import { type Change, change } from '../../ledger/change.ts';
import { lockedSet } from '../../sets/locked-set.ts';
import { setTurn, signNextSet } from '../../sets/next-set.ts';
import { recordCreation } from '../commits/commit-creation.ts';
import { recordVersion } from '../commits/commit-version.ts';
import { isInDoubt } from '../../running/outcome-in-doubt.ts';
import { removeIntents } from '../commits/write-intent.ts';
import { asNameTaken } from '../taken-names.ts';
import { withSecretLocks } from '../vaults/secret-locks.ts';
import { createInVaults, newSecretOf, takeAllBack } from './create-in-vaults.ts';
import { failedImport } from './failed-import.ts';
import { type ImportPlace, isUpdate, type PlannedValue } from './plan-import.ts';
import { sealValues } from './seal-values.ts';
import { updateInVaults, type VaultUpdates } from './update-in-vaults.ts';
import type { WrittenValue } from './written-value.ts';

/**
 * Writes what was planned. Vaults are asked first, since they may refuse: for new secrets, which can be deleted again, and then
 * for new values of known ones, which cannot be taken back. All of it, and what the store keeps itself, becomes visible with one
 * set in one transaction.
 * @param referring to what vaults have already: they are asked for nothing
 */
export const applyImport = async (
  place: ImportPlace,
  values: readonly PlannedValue[],
  referring: readonly WrittenValue[] = [],
): Promise<void> => {
  const isInternal = ({ providerId }: PlannedValue) => providerId === internalProviderId;
  const internal = values.filter(isInternal);
  const inVaults = values.filter((value) => !isInternal(value));
  const updates = inVaults.filter(isUpdate);
  const creations = inVaults.filter((value) => !isUpdate(value)).map(newSecretOf);
  const ids = [...creations, ...updates].map(({ entry }) => entry.secretId);
  await withSecretLocks(place.deps, ids, async () => {
    const created = await createInVaults(place, creations);
    try {
      const updated = await updateInVaults(place, updates);
      if (updated.failed.length > 0) throw await endInPart(place, updated);
      await commit(place, [...referring, ...created, ...updated.written], internal);
    } catch (error) {
      await takeAllBack(
        place,
        created.flatMap(({ intent }) => intent ?? []),
      );
      throw asNameTaken(error);
    }
  });
};

/** What the vaults have taken is true from now on; the rest is left as it was. */
const endInPart = async (place: ImportPlace, { written, failed }: VaultUpdates): Promise<unknown> => {
  if (written.length > 0) await commit(place, written, []);
  const [first] = failed;
  return failedImport(first?.error, {
    done: place.done,
    variable: first?.item.planned.variable ?? '',
    replaced: written.map(({ planned }) => planned.variable),
    inDoubt: failed.filter(({ error }) => isInDoubt(error)).map(({ item }) => item.planned.variable),
  });
};

/** One set for all, and one audit event for each. */
const commit = (
  place: ImportPlace,
  inVaults: readonly WrittenValue[],
  internal: readonly PlannedValue[],
): Promise<void> => {
  const { deps, algorithmId } = place;
  return change(
    deps,
    async (changes) => {
      await lockedSet(deps, changes, algorithmId);
      await record(place, changes, [...inVaults, ...(await sealValues(place, changes, internal))]);
    },
    { turn: setTurn(algorithmId) },
  );
};

const record = async (
  { deps, actor, algorithmId }: ImportPlace,
  changes: Change,
  written: readonly WrittenValue[],
): Promise<void> => {
  const set = await signNextSet(deps, changes, algorithmId, { put: written.map(({ entry }) => entry) });
  for (const { planned, entry, providerVersion, intent } of written) {
    if (isUpdate(planned)) {
      const { secretId, version } = entry;
      if (intent !== null) await removeIntents(changes, { secretId, kind: 'update', upToVersion: version });
      const next = { algorithmId, entry, providerVersion, metadata: {}, settled: false };
      await recordVersion(changes, { ...next, actor: userActor(actor) }, set);
    } else {
      const request = {
        ...{ short_name: planned.shortName, description: planned.description },
        ...(planned.reference !== null && { secret_reference: planned.reference }),
      };
      const creation = { actor, algorithmId, request, entry, intentId: intent?.id ?? null };
      await recordCreation(deps, changes, creation, set);
    }
  }
};
