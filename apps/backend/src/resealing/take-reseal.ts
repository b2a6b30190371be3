import type { ResealTask, SealedPlace, WorkerResealBatch, WorkerResealRequest } from '@secret-store/api';
import { envelopeSchema, type SealedRecord, sealedRecordHash, sealedRecordSchema } from '@secret-store/sealing';
import { configurationPools } from '../sets/configuration-pools.ts';
import { numbersOf, versionId } from '../configurations/provider-version.ts';
import type { Dependencies } from '../dependencies.ts';
import { passRefused } from '../rows/row-refused.ts';
import { SetIntegrityError } from '../sets/set-integrity-error.ts';
import type { VerifiedSet } from '../sets/set-cache.ts';
import { readCommitted, verifiedSet } from '../sets/verified-set.ts';
import { poolsOf } from '../workers/pools/pools-of.ts';
import { Leases } from './pending/leases.ts';
import { PendingQueues } from './pending/pending-queue.ts';
import { currentKeys, type PendingScope } from './pending/pending-statement.ts';
import { byOwner, type ConfigurationPlace, placeKey, type ValuePlace } from './pending/sealed-places.ts';
import type { Sealer } from './resealed.ts';
import { isKnownValue } from './known-value.ts';
import { storedValues } from './stored-values.ts';
import { isSealedTo, type WantedRecipient, wantedRecipients } from './wanted-recipients.ts';

export type ResealDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools' | 'sets'>;

/** What is under way, for all entry points of one backend. */
export interface ResealWork {
  readonly leases: Leases;
  readonly queues: PendingQueues;
}

export const beginResealing = (deps: ResealDependencies, now?: () => number): ResealWork => {
  const leases = new Leases(now);
  return { leases, queues: new PendingQueues(deps, leases) };
};

interface Found {
  readonly record: SealedRecord;
  readonly wanted: readonly WantedRecipient[];
}

/** Gathers what goes with the records of one batch. */
interface Batch {
  readonly sets: Map<string, VerifiedSet>;
  readonly tasks: ResealTask[];
  readonly poolIds: Set<string>;
}

/** The next records to seal again that the caller was given a key for, with what it needs to check them. */
export const takeReseal = async (
  deps: ResealDependencies,
  { leases, queues }: ResealWork,
  sealer: Sealer,
  { held }: WorkerResealRequest,
): Promise<WorkerResealBatch> => {
  const batch: Batch = { sets: new Map(), tasks: [], poolIds: new Set() };
  const scope = await openableBy(deps, sealer);
  leases.follow(await currentKeys(deps));
  // what was read a while ago may be done by now: then the next are looked at
  while (deps.ledger.standing.isSound && batch.tasks.length === 0) {
    const places = await queues.next(scope);
    if (places.length === 0) break;
    const found = await findRecords(deps, places, batch);
    for (const place of places) {
      const task = found.get(placeKey(place));
      if (task === undefined) leases.leave(place);
      else batch.tasks.push(taskOf(place, task, batch));
    }
  }
  return {
    backendCertificate: deps.keys.certificate,
    sets: Object.fromEntries([...batch.sets].map(([id, { envelope }]) => [id, envelopeSchema.parse(envelope)])),
    logs: await lackingLogs(deps, batch.poolIds, held),
    tasks: batch.tasks,
  };
};

/** The root is a recipient of every record. */
const openableBy = async ({ pools }: Pick<ResealDependencies, 'pools'>, sealer: Sealer): Promise<PendingScope> =>
  sealer.workerId === null
    ? { everything: true }
    : { keyIds: (await pools.log(sealer.poolId))?.state.keyIdsOf(sealer.workerId) ?? [] };

/** Anyone of the pool, or who was. */
export const openableByPool = async (
  { pools }: Pick<ResealDependencies, 'pools'>,
  poolId: string,
): Promise<PendingScope> => ({ keyIds: (await pools.log(poolId))?.state.keys.map(({ keyId }) => keyId) ?? [] });

const taskOf = (place: SealedPlace, { record, wanted }: Found, { poolIds }: Batch): ResealTask => {
  for (const { poolId } of wanted) poolIds.add(poolId);
  return { place, record, recipients: wanted.map(({ poolId, key }) => ({ poolId, keyId: key.keyId })) };
};

type FoundRecords = Map<string, Found>;

/** By place; what is not there, is done by now, or was changed outside the store is left out. */
const findRecords = async (
  deps: ResealDependencies,
  places: readonly SealedPlace[],
  { sets }: Batch,
): Promise<FoundRecords> => {
  const found: FoundRecords = new Map();
  const keep = (place: SealedPlace, record: SealedRecord, wanted: readonly WantedRecipient[] | null) => {
    if (wanted !== null && !isSealedTo(deps, record, wanted)) found.set(placeKey(place), { record, wanted });
  };
  const values = places.filter((place): place is ValuePlace => place.kind === 'value');
  const stored =
    values.length === 0 ? new Map<string, SealedRecord>() : await storedValues(readCommitted(deps), values);
  for (const [algorithmId, own] of byOwner(values, (place) => place)) {
    const algorithm = await deps.ledger.read('algorithm', algorithmId).catch(passRefused);
    const set = algorithm && (await verifiedSet(deps, readCommitted(deps), algorithmId).catch(passDamaged));
    if (algorithm === null || set === null) continue;
    sets.set(algorithmId, set);
    const wanted = await wantedRecipients(deps, poolsOf(algorithm));
    for (const place of own) {
      const record = stored.get(placeKey(place));
      if (record !== undefined && mayBeSealed(deps, set, place, record)) keep(place, record, wanted);
    }
  }
  for (const place of places) {
    if (place.kind !== 'configuration') continue;
    const record = await storedConfiguration(deps, place);
    if (record === null) continue;
    keep(place, record, await wantedRecipients(deps, await configurationPools(deps, place.providerId)));
  }
  return found;
};

/** A value that is not the one that the store sealed was changed outside the store. */
const mayBeSealed = (
  deps: ResealDependencies,
  { body }: VerifiedSet,
  place: ValuePlace,
  record: SealedRecord,
): boolean => {
  const entry = body.secrets.find((one) => one.secretId === place.secretId);
  if (entry === undefined || entry.sealedHash === null || place.version > entry.version) return false;
  return isKnownValue(deps, place, entry, sealedRecordHash(record));
};

const storedConfiguration = async (
  { ledger }: ResealDependencies,
  { providerId, number, part }: ConfigurationPlace,
): Promise<SealedRecord | null> => {
  const provider = await ledger.read('provider', providerId).catch(passRefused);
  if (provider === null || !numbersOf(provider).includes(number)) return null;
  const version = await ledger.read('providerVersion', versionId(providerId, number)).catch(passRefused);
  const { success, data } = sealedRecordSchema.safeParse(
    part === 'shared' ? version?.sealed : version?.sealedForWorkers,
  );
  return success ? data : null;
};

/** Of these pools' logs what the worker does not hold. */
export const lackingLogs = async (
  { pools }: Pick<ResealDependencies, 'pools'>,
  poolIds: Iterable<string>,
  held: WorkerResealRequest['held'],
): Promise<WorkerResealBatch['logs']> => {
  const parts: WorkerResealBatch['logs'] = [];
  for (const poolId of poolIds) {
    const log = await pools.log(poolId);
    const from = held[poolId] ?? 0;
    if (log === null || (poolId in held && from >= log.head.number)) continue;
    parts.push({ poolId, founding: log.founding, from, entries: log.entries.slice(from) });
  }
  return parts;
};

const passDamaged = (error: unknown): null => {
  if (error instanceof SetIntegrityError) return null;
  throw error;
};
