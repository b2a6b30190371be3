import { isDeepStrictEqual } from 'node:util';
import { type SealedRecord, sealedRecordHash, sealedRecordSchema } from '@secret-store/sealing';
import { activateAgain } from '../configurations/activate-again.ts';
import { configurationPools } from '../sets/configuration-pools.ts';
import { numbersOf, type StoredVersion, versionId } from '../configurations/provider-version.ts';
import { type Change, change } from '../ledger/change.ts';
import { RowRefused } from '../rows/row-refused.ts';
import { actorOf, notItsOwn, requireMember, type Resealed, type Sealer, type Skip } from './resealed.ts';
import type { ConfigurationPlace } from './pending/sealed-places.ts';
import type { ResealDependencies } from './take-reseal.ts';
import { isSealedTo, wantedRecipients } from './wanted-recipients.ts';

interface GivenConfigurations {
  readonly providerId: string;
  readonly records: readonly Resealed<ConfigurationPlace>[];
  readonly skip: Skip;
}

/** The records of one provider and, where they are active, the activation that names them, in one transaction. */
export const commitConfigurations = async (
  deps: ResealDependencies,
  sealer: Sealer,
  given: GivenConfigurations,
): Promise<void> => {
  try {
    const skipped = await change(deps, (changes) => commit(deps, changes, sealer, given));
    for (const [place, reason] of skipped) given.skip(place, reason);
  } catch (error) {
    if (!(error instanceof RowRefused)) throw error;
    for (const { place } of given.records) given.skip(place, 'refused');
  }
};

type Skipped = Parameters<Skip>[];

const commit = async (
  deps: ResealDependencies,
  changes: Change,
  sealer: Sealer,
  { providerId, records }: GivenConfigurations,
): Promise<Skipped> => {
  await requireMember(deps, changes, sealer);
  const provider = await changes.find('provider', providerId);
  if (provider === null) return records.map(({ place }) => [place, 'gone']);
  const wanted = (await wantedRecipients(deps, await configurationPools(deps, providerId))) ?? [];
  const kept = numbersOf(provider);
  const accepted: ConfigurationPlace[] = [];
  const skipped: Skipped = [];
  for (const { place, replaces, record } of records) {
    const id = versionId(providerId, place.number);
    const version = kept.includes(place.number) ? await changes.find('providerVersion', id) : null;
    const before = version && recordIn(version, place);
    if (before === null) {
      skipped.push([place, 'gone']);
    } else if (sealedRecordHash(before) !== replaces) {
      skipped.push([place, 'replaced']);
    } else {
      if (!isDeepStrictEqual(record.binding, before.binding)) throw notItsOwn();
      if (wanted.length === 0 || !isSealedTo(deps, record, wanted)) {
        skipped.push([place, 'outdated']);
        continue;
      }
      const patch = place.part === 'shared' ? { sealed: record } : { sealedForWorkers: record };
      await changes.update('providerVersion', id, patch);
      accepted.push(place);
    }
  }
  if (accepted.length === 0) return skipped;
  if (accepted.some(({ number }) => number === provider.activeNumber)) await activateAgain(deps, changes, providerId);
  changes.audit({
    actor: actorOf(sealer),
    action: 'provider.reseal',
    subject: { type: 'provider', id: providerId, name: provider.name },
    details: { records: accepted.map(({ number, part }) => ({ version: number, part })) },
  });
  return skipped;
};

const recordIn = ({ sealed, sealedForWorkers }: StoredVersion, { part }: ConfigurationPlace): SealedRecord | null => {
  const { success, data } = sealedRecordSchema.safeParse(part === 'shared' ? sealed : sealedForWorkers);
  return success ? data : null;
};
