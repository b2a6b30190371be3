import { createHash } from 'node:crypto';
import type { WorkerDeliveryRequest } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { envelopeSchema } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { selection } from '../../rows/row-statements.ts';
import type { VerifiedSet } from '../../sets/set-cache.ts';
import { newestSet } from '../../sets/verified-set.ts';
import { type RecordsByKey, selectRecords, wantedRecords } from './sealed-records.ts';

export interface NewestSet {
  readonly algorithm: Rows['algorithm'];
  readonly set: VerifiedSet;
  readonly records: RecordsByKey;
}

interface NewestRow {
  readonly setNumber: number | null;
}

interface DeliveredRow extends NewestRow {
  /** whether the newest set is the known one, to the letter of what was signed */
  readonly isKnown: boolean | null;
  /** null where it is known */
  readonly envelope: unknown;
  /** of the known set, where it is the newest */
  readonly records: RecordsByKey | null;
}

const newest = `
  FROM algorithm LEFT JOIN LATERAL (
    SELECT number, envelope FROM signed_set WHERE "algorithmId" = algorithm.id ORDER BY number DESC LIMIT 1
  ) AS newest ON true
  WHERE algorithm.owner = $1 AND algorithm.name = $2`;

// built once: a text is named, and planned, by what it is
const selectNewest = `SELECT ${selection('algorithm')}, newest.number AS "setNumber" ${newest}`;

const selectDelivered = `
  SELECT algorithm.*, "isKnown",
    CASE WHEN "isKnown" IS NOT TRUE THEN envelope END AS envelope,
    CASE WHEN "isKnown" THEN (${selectRecords('$5', '$6')}) END AS records
  FROM (
    SELECT ${selection('algorithm')}, newest.number AS "setNumber", newest.envelope,
      newest.number = $3::int
        AND encode(sha256(convert_to(newest.envelope ->> 'payload', 'UTF8')), 'hex') = $4 AS "isKnown" ${newest}
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

/** Whether this set is still the newest of the algorithm that has its name, and the pool is still the algorithm's. */
export const isNewest = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  { body: { owner, name, algorithmId, number }, hash }: VerifiedSet,
  poolId: string,
): Promise<boolean> => {
  const [row] = await rowsOf<Rows['algorithm'] & NewestRow>(deps.db.pool, {
    text: selectNewest,
    values: [owner, name],
  });
  if (row === undefined) return false;
  const { setNumber, ...algorithm } = row;
  return (
    algorithm.id === algorithmId &&
    algorithm.poolId === poolId &&
    setNumber === number &&
    deps.ledger.isGenuine('algorithm', algorithm) &&
    deps.ledger.memory.isLiving('set', algorithmId, number, hash)
  );
};

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
