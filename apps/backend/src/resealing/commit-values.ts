import { isDeepStrictEqual } from 'node:util';
import { ApiError } from '@secret-store/api';
import { type SealedRecord, sealedRecordHash, type SetEntry } from '@secret-store/sealing';
import { type Change, change } from '../ledger/change.ts';
import { olderHashes, rememberOlder } from '../ledger/older-values.ts';
import { RowRefused } from '../rows/row-refused.ts';
import { lockedSet } from '../sets/locked-set.ts';
import { setTurn, signNextSet } from '../sets/next-set.ts';
import { SetIntegrityError } from '../sets/set-integrity-error.ts';
import { poolsOf } from '../workers/pools/pools-of.ts';
import { actorOf, notItsOwn, requireMember, type Resealed, type Sealer, type Skip } from './resealed.ts';
import { placeKey, type ValuePlace } from './pending/sealed-places.ts';
import { isKnownValue } from './known-value.ts';
import { replaceValues, storedValues } from './stored-values.ts';
import type { ResealDependencies } from './take-reseal.ts';
import { isSealedTo, wantedRecipients } from './wanted-recipients.ts';

interface GivenValues {
  readonly algorithmId: string;
  readonly records: readonly Resealed<ValuePlace>[];
  readonly skip: Skip;
}

/** The records of one algorithm and the set that names them, in one transaction. Versions stay what they are. */
export const commitValues = async (deps: ResealDependencies, sealer: Sealer, given: GivenValues): Promise<void> => {
  const { algorithmId, records, skip } = given;
  try {
    const skipped = await change(deps, (changes) => commit(deps, changes, sealer, given), {
      turn: setTurn(algorithmId),
    });
    for (const [place, reason] of skipped) skip(place, reason);
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === null) throw error;
    for (const { place } of records) skip(place, reason);
  }
};

const reasonOf = (error: unknown) => {
  if (error instanceof RowRefused || error instanceof SetIntegrityError) return 'refused';
  return error instanceof ApiError && error.errorName === 'AlgorithmNotFound' ? 'gone' : null;
};

type Skipped = Parameters<Skip>[];

const commit = async (
  deps: ResealDependencies,
  changes: Change,
  sealer: Sealer,
  { algorithmId, records }: GivenValues,
): Promise<Skipped> => {
  await requireMember(deps, changes, sealer);
  const { algorithm, set } = await lockedSet(deps, changes, algorithmId);
  const wanted = (await wantedRecipients(deps, poolsOf(algorithm))) ?? [];
  const stored = await storedValues(
    (statement) => changes.query(statement),
    records.map(({ place }) => place),
  );
  const entries = new Map(set?.body.secrets.map((entry) => [entry.secretId, entry]));
  const accepted: Resealed<ValuePlace>[] = [];
  const put: SetEntry[] = [];
  const skipped: Skipped = [];
  for (const one of records) {
    const entry = entries.get(one.place.secretId);
    const before = stored.get(placeKey(one.place));
    if (entry === undefined || before === undefined || one.place.version > entry.version) {
      skipped.push([one.place, 'gone']);
    } else if (!isStillThere(deps, one, before, entry)) {
      skipped.push([one.place, 'replaced']);
    } else {
      requireSameBinding(one, before, algorithmId);
      if (wanted.length === 0 || !isSealedTo(deps, one.record, wanted)) {
        skipped.push([one.place, 'outdated']);
        continue;
      }
      accepted.push(one);
      if (one.place.version === entry.version) put.push({ ...entry, sealedHash: sealedRecordHash(one.record) });
    }
  }
  if (accepted.length === 0) return skipped;
  await changes.write('internal_sealed_value', replaceValues(accepted));
  rememberResealed(deps, changes, accepted, entries);
  const { number } = await signNextSet(deps, changes, algorithmId, { put });
  changes.audit({
    actor: actorOf(sealer),
    action: 'secret.reseal',
    subject: { type: 'algorithm', id: algorithmId, name: `${algorithm.owner}/${algorithm.name}` },
    details: {
      ...{ records: accepted.length, set: number },
      secrets: [...new Set(accepted.map(({ place }) => place.secretId))],
    },
  });
  return skipped;
};

/** It is the one that the worker took, which the store sealed. */
const isStillThere = (
  deps: ResealDependencies,
  { place, replaces }: Resealed<ValuePlace>,
  before: SealedRecord,
  entry: SetEntry,
): boolean => sealedRecordHash(before) === replaces && isKnownValue(deps, place, entry, replaces);

/** Older values have other hashes now, as current ones have in the set. */
const rememberResealed = (
  { ledger }: ResealDependencies,
  changes: Change,
  accepted: readonly Resealed<ValuePlace>[],
  entries: ReadonlyMap<string, SetEntry>,
): void => {
  const older = accepted.filter(({ place }) => place.version !== entries.get(place.secretId)?.version);
  for (const secretId of new Set(older.map(({ place }) => place.secretId))) {
    const hashes = new Map(olderHashes(ledger, secretId));
    for (const { place, record } of older)
      if (place.secretId === secretId && hashes.has(place.version)) hashes.set(place.version, sealedRecordHash(record));
    if (hashes.size > 0) rememberOlder(ledger, changes, secretId, hashes);
  }
};

const requireSameBinding = (
  { place, record: { binding } }: Resealed<ValuePlace>,
  before: SealedRecord,
  algorithmId: string,
): void => {
  const isItsOwn =
    binding.type === 'secret' &&
    binding.secretId === place.secretId &&
    binding.algorithmId === algorithmId &&
    binding.version === place.version;
  if (!isItsOwn || !isDeepStrictEqual(binding, before.binding)) throw notItsOwn();
};
