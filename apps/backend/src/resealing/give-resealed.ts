import type { ResealedRecords, ResealOutcome } from '@secret-store/api';
import { type SealedRecord, SealingError, verifySealedRecord } from '@secret-store/sealing';
import { commitConfigurations } from './commit-configurations.ts';
import { commitValues } from './commit-values.ts';
import { byOwner, type ConfigurationPlace, type ValuePlace } from './pending/sealed-places.ts';
import { notItsOwn, type Resealed, type Sealer, type Skip } from './resealed.ts';
import type { ResealDependencies, ResealWork } from './take-reseal.ts';

/**
 * Puts records in the place of those that they were sealed from: each with the binding that it had, to exactly the keys that are wanted
 * now, and only while the one before is still the current one. A record that another one signed is refused with all of the call.
 * @throws {ApiError} 2001
 */
export const giveResealed = async (
  deps: ResealDependencies,
  { leases }: ResealWork,
  sealer: Sealer,
  { records, left }: ResealedRecords,
): Promise<ResealOutcome> => {
  const skipped: ResealOutcome['skipped'] = [];
  const skip: Skip = (place, reason) => void skipped.push({ place, reason });
  const given = records.map((one) => ({ ...one, record: verified(one.record, sealer) }));
  const values = given.filter((one): one is Resealed<ValuePlace> => one.place.kind === 'value');
  const configurations = given.filter((one): one is Resealed<ConfigurationPlace> => one.place.kind === 'configuration');
  for (const [algorithmId, own] of byOwner(values, ({ place }) => place))
    await commitValues(deps, sealer, { algorithmId, records: own, skip });
  for (const [providerId, own] of byOwner(configurations, ({ place }) => place))
    await commitConfigurations(deps, sealer, { providerId, records: own, skip });
  for (const { place } of records) leases.giveBack(place);
  for (const place of left) leases.leave(place);
  return { done: records.length - skipped.length, skipped };
};

const verified = (record: unknown, { key }: Sealer): SealedRecord => {
  try {
    return verifySealedRecord({ record, signerKey: key });
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    throw notItsOwn(error);
  }
};
