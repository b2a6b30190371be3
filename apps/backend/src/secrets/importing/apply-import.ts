import { internalProviderId } from '@secret-store/provider-internal';
import type { SetEntry } from '@secret-store/sealing';
import { Semaphore } from 'async-mutex';
import { v7 as uuidv7 } from 'uuid';
import { userActor } from '../../audit/user-actor.ts';
import { type Change, change } from '../../ledger/change.ts';
import { internalProviderIn } from '../../running/internal-provider.ts';
import { contextOf, identifierOf } from '../../running/provider-call.ts';
import { lockedEntry, lockedSet } from '../../sets/locked-set.ts';
import { setTurn, signNextSet } from '../../sets/next-set.ts';
import { recordCreation } from '../commits/commit-creation.ts';
import { recordVersion } from '../commits/commit-version.ts';
import { createSecret } from '../create-secret.ts';
import { requireWritable } from '../required-entry.ts';
import { asNameTaken } from '../taken-names.ts';
import { updateSecret } from '../update-secret.ts';
import type { ImportPlace, PlannedValue } from './plan-import.ts';

/** As many as when an algorithm's secrets are removed. */
const vaultCallsAtOnce = 8;

/** Writes what was planned: in vaults first, which may refuse, then what the store keeps itself, in one transaction with one set. */
export const applyImport = async (place: ImportPlace, values: readonly PlannedValue[]): Promise<void> => {
  const isInternal = ({ providerId }: PlannedValue) => providerId === internalProviderId;
  await writeToVaults(
    place,
    values.filter((value) => !isInternal(value)),
  );
  const internal = values.filter(isInternal);
  if (internal.length === 0) return;
  const { deps, algorithmId } = place;
  await change(deps, (changes) => writeInternal(place, changes, internal), { turn: setTurn(algorithmId) }).catch(
    (error: unknown) => {
      throw asNameTaken(error);
    },
  );
};

/** Each as if it was the only one: a vault has no transaction that would take all of them back. */
const writeToVaults = async (
  { deps, actor, algorithmId }: ImportPlace,
  values: readonly PlannedValue[],
): Promise<void> => {
  const turns = new Semaphore(vaultCallsAtOnce);
  const written = await Promise.allSettled(
    values.map(({ variable, value, providerId, entry, shortName, description }) =>
      turns.runExclusive(() => {
        const request = { short_name: shortName, description, secret_value: value };
        if (entry !== null) return updateSecret(deps, actor, algorithmId, entry.secretId, request);
        const owner = { owner_type: 'algorithm' as const, owner_id: algorithmId };
        const creation = { ...request, ...owner, secret_key: variable, provider_id: providerId };
        return createSecret(deps, actor, algorithmId, creation);
      }),
    ),
  );
  const failed = written.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};

interface Sealed {
  readonly planned: PlannedValue;
  readonly entry: SetEntry;
  /** null for a new secret */
  readonly providerVersion: string | null;
}

const writeInternal = async (place: ImportPlace, changes: Change, values: readonly PlannedValue[]): Promise<void> => {
  const { deps, actor, algorithmId } = place;
  await lockedSet(deps, changes, algorithmId);
  const sealed: Sealed[] = [];
  for (const planned of values) sealed.push(await sealValue(place, changes, planned));
  const set = await signNextSet(deps, changes, algorithmId, { put: sealed.map(({ entry }) => entry) });
  for (const { planned, entry, providerVersion } of sealed) {
    const { shortName, description } = planned;
    if (planned.entry === null) {
      const request = { short_name: shortName, description };
      await recordCreation(deps, changes, { actor, algorithmId, request, entry, intentId: null }, set);
    } else {
      const version = { algorithmId, entry, providerVersion, metadata: {}, settled: false };
      await recordVersion(changes, { ...version, actor: userActor(actor) }, set);
    }
  }
};

const sealValue = async (
  { deps, algorithmId }: ImportPlace,
  changes: Change,
  planned: PlannedValue,
): Promise<Sealed> => {
  const { variable, value, providerId } = planned;
  if (planned.entry === null) {
    const fresh = { secretId: uuidv7(), environmentVariable: variable, version: 1, providerId };
    const { provider, stored } = internalProviderIn(deps, changes, null);
    const identifier = await provider.createSecret(value, contextOf(algorithmId, fresh));
    const entry = { ...fresh, providerKey: identifier.getProviderKey(), sealedHash: stored.hash };
    return { planned, entry, providerVersion: null };
  }
  const which = { algorithmId, secretId: planned.entry.secretId };
  // another write may have come first
  const before = await requireWritable(deps, which, await lockedEntry(deps, changes, algorithmId, which.secretId));
  await changes.find('secret', which.secretId);
  const next = { ...before, version: before.version + 1 };
  const { provider, stored } = internalProviderIn(deps, changes, before.version);
  const context = contextOf(algorithmId, next);
  const providerVersion = await provider.updateSecret(identifierOf(before.providerKey), value, context);
  return { planned, entry: { ...next, sealedHash: stored.hash }, providerVersion };
};
