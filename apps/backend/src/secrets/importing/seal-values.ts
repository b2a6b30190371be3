import type { Change } from '../../ledger/change.ts';
import { internalProviderIn } from '../../running/internal-provider.ts';
import { contextOf, identifierOf } from '../../running/provider-call.ts';
import { lockedEntry } from '../../sets/locked-set.ts';
import { requireWritable } from '../required-entry.ts';
import { newEntryOf } from './create-in-vaults.ts';
import type { ImportPlace, PlannedValue } from './plan-import.ts';
import type { WrittenValue } from './written-value.ts';

/** What the store keeps itself, written in this change. */
export const sealValues = async (
  place: ImportPlace,
  changes: Change,
  values: readonly PlannedValue[],
): Promise<readonly WrittenValue[]> => {
  const sealed: WrittenValue[] = [];
  for (const planned of values) sealed.push(await sealValue(place, changes, planned));
  return sealed;
};

const sealValue = async (
  { deps, algorithmId }: ImportPlace,
  changes: Change,
  planned: PlannedValue,
): Promise<WrittenValue> => {
  const { value } = planned;
  if (planned.entry === null) {
    const fresh = newEntryOf(planned);
    const { provider, stored } = internalProviderIn(deps, changes, null);
    const identifier = await provider.createSecret(value, contextOf(algorithmId, fresh));
    const entry = { ...fresh, providerKey: identifier.getProviderKey(), sealedHash: stored.hash };
    return { planned, entry, providerVersion: null, intent: null };
  }
  const which = { algorithmId, secretId: planned.entry.secretId };
  // another write may have come first
  const before = await requireWritable(deps, which, await lockedEntry(deps, changes, algorithmId, which.secretId));
  await changes.find('secret', which.secretId);
  const next = { ...before, version: before.version + 1 };
  const { provider, stored } = internalProviderIn(deps, changes, before);
  const context = contextOf(algorithmId, next);
  const providerVersion = await provider.updateSecret(identifierOf(before.providerKey), value, context);
  return { planned, entry: { ...next, sealedHash: stored.hash }, providerVersion, intent: null };
};
