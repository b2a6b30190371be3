import type { SetEntry } from '@secret-store/sealing';
import { v7 as uuidv7 } from 'uuid';
import { userActor } from '../../audit/user-actor.ts';
import { change } from '../../ledger/change.ts';
import { contextOf } from '../../running/provider-call.ts';
import { beginIntent, type Intent } from '../commits/write-intent.ts';
import { createInVault, dropCreation, foretellKey, takeBack } from '../vaults/create-in-vault.ts';
import { failedImport } from './failed-import.ts';
import { inTurns } from './in-turns.ts';
import type { ImportPlace, PlannedSecret, PlannedValue } from './plan-import.ts';
import type { WrittenValue } from './written-value.ts';

/** A new secret under the id that it will have. */
export interface NewSecret {
  readonly planned: PlannedValue;
  readonly entry: Omit<SetEntry, 'providerKey' | 'sealedHash' | 'reference'>;
}

/** Under an id that no secret has had. */
export const newEntryOf = ({ variable, providerId, staleSeconds }: PlannedSecret): NewSecret['entry'] => ({
  secretId: uuidv7(),
  environmentVariable: variable,
  version: 1,
  providerId,
  ...(staleSeconds !== null && { staleSeconds }),
});

export const newSecretOf = (planned: PlannedValue): NewSecret => ({ planned, entry: newEntryOf(planned) });

interface Announced extends NewSecret {
  readonly intent: Intent;
}

/**
 * All of them or none: where a vault refuses one, the others are deleted again. Under the secrets' locks; nothing of it can be
 * seen before it is committed.
 */
export const createInVaults = async (
  place: ImportPlace,
  secrets: readonly NewSecret[],
): Promise<readonly WrittenValue[]> => {
  const { deps } = place;
  const { done, failed, notAsked } = await inTurns(await announce(place, secrets), ({ planned, intent }, stop) =>
    createInVault(deps, planned.provider, intent, planned.value, stop),
  );
  const [first] = failed;
  if (first !== undefined) {
    await forget(place, notAsked);
    await takeAllBack(
      place,
      done.map(({ item }) => item.intent),
    );
    throw failedImport(first.error, {
      done: place.done,
      variable: first.item.planned.variable,
      replaced: [],
      inDoubt: [],
    });
  }
  return done.map(({ item: { planned, entry, intent }, result }) => ({
    ...{ planned, entry: { ...entry, providerKey: result, sealedHash: null }, providerVersion: null, intent },
  }));
};

/** What a crash leaves is deleted by these intents, or listed as left behind. */
const announce = async (
  { deps, actor, algorithmId, done }: ImportPlace,
  secrets: readonly NewSecret[],
): Promise<readonly Announced[]> => {
  const keys = new Map<string, string | null>();
  const foretold = await inTurns(secrets, async ({ planned, entry }) => {
    keys.set(entry.secretId, await foretellKey(planned.provider, contextOf(algorithmId, entry)));
  });
  const [failed] = foretold.failed;
  if (failed !== undefined) {
    throw failedImport(failed.error, { done, variable: failed.item.planned.variable, replaced: [], inDoubt: [] });
  }
  if (secrets.length === 0) return [];
  return change(deps, async (changes) => {
    const announced: Announced[] = [];
    for (const secret of secrets) {
      const { entry } = secret;
      const providerKey = keys.get(entry.secretId) ?? null;
      const request = { kind: 'create' as const, algorithmId, entry, providerKey, actor: userActor(actor) };
      announced.push({ ...secret, intent: await beginIntent(changes, request) });
    }
    return announced;
  });
};

/** The vault was not asked, so it has nothing. */
const forget = async ({ deps }: ImportPlace, secrets: readonly Announced[]): Promise<void> => {
  if (secrets.length === 0) return;
  await change(deps, async (changes) => {
    for (const { intent } of secrets) await dropCreation(changes, intent);
  });
};

export const takeAllBack = async ({ deps }: ImportPlace, intents: readonly Intent[]): Promise<void> => {
  await inTurns(intents, (intent) => takeBack(deps, intent));
};
