import { createHash } from 'node:crypto';
import type { WorkerDeliveryRequest } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { envelopeSchema } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { rowWithin, selection } from '../../rows/row-statements.ts';
import type { VerifiedSet } from '../../sets/set-cache.ts';
import { newestSet } from '../../sets/verified-set.ts';
import { runsIn } from '../pools/pools-of.ts';
import { type RecordsByKey, selectRecords, wantedRecords } from './sealed-records.ts';

export interface NewestSet {
  readonly algorithm: Rows['algorithm'];
  readonly set: VerifiedSet;
  readonly records: RecordsByKey;
}

interface NewestRow {
  readonly setNumber: number | null;
}

/** What the database has newest under an algorithm's name. */
export interface NewestState extends NewestRow {
  readonly algorithm: Rows['algorithm'];
}

interface DeliveredRow extends NewestRow {
  /** whether the newest set is the known one, to the letter of what was signed */
  readonly isKnown: boolean | null;
  /** null where it is known */
  readonly envelope: unknown;
  /** of the known set, where it is the newest */
  readonly records: RecordsByKey | null;
}

const newestOfAlgorithm = `
  LEFT JOIN LATERAL (
    SELECT number, envelope FROM signed_set WHERE "algorithmId" = algorithm.id ORDER BY number DESC LIMIT 1
  ) AS newest ON true`;

// built once: a text is named, and planned, by what it is
const selectWorkerAndNewest = `
  SELECT ${selection('worker', 'worker', 'worker.')}, ${selection('algorithm', 'algorithm', 'algorithm.')},
    newest.number AS "setNumber"
  FROM worker LEFT JOIN algorithm ON algorithm.owner = $2 AND algorithm.name = $3 ${newestOfAlgorithm}
  WHERE worker."keyId" = $1`;

const selectDelivered = `
  SELECT algorithm.*, "isKnown",
    CASE WHEN "isKnown" IS NOT TRUE THEN envelope END AS envelope,
    CASE WHEN "isKnown" THEN (${selectRecords('$5', '$6')}) END AS records
  FROM (
    SELECT ${selection('algorithm')}, newest.number AS "setNumber", newest.envelope,
      newest.number = $3::int
        AND encode(sha256(convert_to(newest.envelope ->> 'payload', 'UTF8')), 'hex') = $4 AS "isKnown"
    FROM algorithm ${newestOfAlgorithm}
    WHERE algorithm.owner = $1 AND algorithm.name = $2
  ) AS algorithm`;

/**
 * The algorithm with its newest set and the values of that set, in one statement, so as of one moment. `other` where the row
 * memory says something else than what was read: it may be newer; `learned` where the set was not known, and is now; `none`
 * where there is no such algorithm.
 */
export const readNewestSet = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'sets'>,
  request: WorkerDeliveryRequest,
): Promise<NewestSet | 'other' | 'learned' | 'none'> => {
  const known = knownSet(deps, request);
  const { keys, versions } = wantedRecords(known?.body.secrets ?? []);
  const [row] = await rowsOf<Rows['algorithm'] & DeliveredRow>(deps.db.pool, {
    text: selectDelivered,
    values: [request.owner, request.name, known?.body.number ?? null, known && payloadDigest(known), keys, versions],
  });
  if (row === undefined) return claimant(deps, request) === null ? 'none' : 'other';
  const { setNumber, isKnown, envelope, records, ...algorithm } = row;
  if (setNumber === null || !deps.ledger.isGenuine('algorithm', algorithm)) return 'other';
  if (isKnown === true && known?.body.algorithmId === algorithm.id)
    return { algorithm, set: known, records: records ?? {} };
  return newestSet(deps, algorithm.id, { number: setNumber, envelope }) === null ? 'other' : 'learned';
};

/** The row of the worker with the key, and the newest state of an algorithm beside it, in one statement. */
export const readWorkerAndNewest = async (
  { db }: Pick<Dependencies, 'db'>,
  keyId: string,
  { owner, name }: Pick<WorkerDeliveryRequest, 'owner' | 'name'>,
): Promise<{ readonly worker: Rows['worker'] | null; readonly newest: NewestState | null }> => {
  const [row] = await rowsOf<NewestRow & Record<string, unknown>>(db.pool, {
    text: selectWorkerAndNewest,
    values: [keyId, owner, name],
  });
  if (row === undefined) return { worker: null, newest: null };
  const algorithm = rowWithin('algorithm', row, 'algorithm.');
  return {
    worker: rowWithin('worker', row, 'worker.'),
    newest: algorithm && { algorithm, setNumber: row.setNumber },
  };
};

/** Whether this set is still the newest of the algorithm that has its name, and the pool is still the algorithm's. */
export const isNewest = (
  { ledger }: Pick<Dependencies, 'ledger'>,
  { body: { algorithmId, number }, hash }: VerifiedSet,
  poolId: string,
  { algorithm, setNumber }: NewestState,
): boolean =>
  algorithm.id === algorithmId &&
  runsIn(algorithm, poolId) &&
  setNumber === number &&
  ledger.isGenuine('algorithm', algorithm) &&
  ledger.memory.isLiving('set', algorithmId, number, hash);

const payloadDigests = new WeakMap<VerifiedSet, string>();

/** SHA-256 (hex) of the payload's text, which the database can compute too. */
const payloadDigest = (set: VerifiedSet): string => {
  const digest =
    payloadDigests.get(set) ?? createHash('sha256').update(envelopeSchema.parse(set.envelope).payload).digest('hex');
  payloadDigests.set(set, digest);
  return digest;
};

/** The id of the algorithm that has the name, as the row memory knows it. */
export const claimant = (
  { ledger }: Pick<Dependencies, 'ledger'>,
  { owner, name }: WorkerDeliveryRequest,
): string | null => ledger.memory.claimant('algorithm', `name:${owner}/${name}`);

/** The newest set as the row memory has it, where it was verified before. */
export const knownSet = (
  deps: Pick<Dependencies, 'ledger' | 'sets'>,
  request: WorkerDeliveryRequest,
): VerifiedSet | null => {
  const id = claimant(deps, request);
  const held = id === null ? null : deps.ledger.memory.find('set', id);
  return held && deps.sets.find(held.digest);
};
