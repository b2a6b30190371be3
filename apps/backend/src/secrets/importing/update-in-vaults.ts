import type { SetEntry } from '@secret-store/sealing';
import { userActor } from '../../audit/user-actor.ts';
import { change } from '../../ledger/change.ts';
import { readCommitted, verifiedSet } from '../../sets/verified-set.ts';
import { requireWritable } from '../required-entry.ts';
import {
  type AnnouncedUpdate,
  announceUpdate,
  dropUpdate,
  endFailedUpdate,
  updateInVault,
} from '../vaults/update-in-vault.ts';
import { type Failed, inTurns } from './in-turns.ts';
import type { ImportPlace, PlannedUpdate } from './plan-import.ts';
import type { WrittenValue } from './written-value.ts';

interface Announced extends AnnouncedUpdate {
  readonly planned: PlannedUpdate;
}

export interface VaultUpdates {
  readonly written: readonly WrittenValue[];
  readonly failed: readonly Failed<Announced>[];
}

/** Under the secrets' locks. What a vault has taken cannot be taken back; after the first that fails, no more are sent. */
export const updateInVaults = async (place: ImportPlace, values: readonly PlannedUpdate[]): Promise<VaultUpdates> => {
  const { deps } = place;
  const { done, failed, notAsked } = await inTurns(await announce(place, values), (update) =>
    updateInVault(update.planned.provider, update, update.planned.value),
  );
  if (notAsked.length > 0) {
    await change(deps, async (changes) => {
      for (const { intent } of notAsked) await dropUpdate(changes, intent, 'not-asked');
    });
  }
  for (const { item, error } of failed) await endFailedUpdate(deps, item.intent, error);
  const written = done.map(({ item: { planned, entry, intent }, result }) => ({
    ...{ planned, entry, providerVersion: result, intent },
  }));
  return { written, failed };
};

const announce = async (
  { deps, actor, algorithmId }: ImportPlace,
  values: readonly PlannedUpdate[],
): Promise<readonly Announced[]> => {
  if (values.length === 0) return [];
  const set = await verifiedSet(deps, readCommitted(deps), algorithmId);
  const signed = new Map(set?.body.secrets.map((entry) => [entry.secretId, entry]));
  const current: { planned: PlannedUpdate; entry: SetEntry }[] = [];
  for (const planned of values) {
    const { secretId } = planned.entry;
    // another write may have come first
    const entry = await requireWritable(deps, { algorithmId, secretId }, signed.get(secretId) ?? null);
    current.push({ planned, entry });
  }
  return change(deps, async (changes) => {
    const announced: Announced[] = [];
    for (const { planned, entry } of current) {
      announced.push({ planned, ...(await announceUpdate(changes, { algorithmId, entry, actor: userActor(actor) })) });
    }
    return announced;
  });
};
