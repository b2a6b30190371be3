import type { Actor, ExposedSecret, ExposedSecretPage } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { z } from 'zod';
import { requirePermission } from '../../accounts/permissions.ts';
import type { Dependencies } from '../../dependencies.ts';
import { pageMarker, readLimit, readPageMarker } from '../../paging.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { rowWithin, selection } from '../../rows/row-statements.ts';
import { exposedProviders } from './exposed-providers.ts';
import { knownUntil } from './known-until.ts';
import { knownWorker, noSuchWorker } from './known-workers.ts';
import { movedAlgorithms } from './pool-moves.ts';

type ExposureDependencies = Pick<Dependencies, 'db' | 'ledger' | 'pools'>;

export interface ExposureQuery {
  readonly marker?: string | undefined;
  readonly limit?: string | undefined;
}

/** Owner and name of the algorithm and variable of the last secret of a page. */
const Place = z.tuple([z.string().max(64), z.string().max(64), z.string().max(128)]);

/**
 * Ids of secrets and of values begin with their time, and the secret's row, which the row memory holds, has both: what was written
 * before a moment has an id below that moment's. $1: the pool; $2: the moment, as an id; $3 and $4: algorithms that moved, each with
 * its own moment.
 */
const exposed = `
  FROM secret JOIN algorithm ON algorithm.id = secret."algorithmId"
  LEFT JOIN unnest($3::uuid[], $4::uuid[]) AS moved(id, "end") ON moved.id = algorithm.id
  CROSS JOIN LATERAL (
    SELECT CASE
      WHEN moved.id IS NOT NULL THEN moved."end"
      WHEN algorithm."poolId" = $1::uuid OR algorithm."otherPools" @> to_jsonb($1::text) THEN $2::uuid
    END AS "end"
  ) AS reach
  WHERE secret.id < reach."end"`;

const pageStatement = `SELECT ${selection('secret', 'secret', 'secret.')}, ${selection('algorithm', 'algorithm', 'algorithm.')}
  ${exposed} AND secret."valueId" < reach."end"
    AND (algorithm.owner, algorithm.name, secret."environmentVariable") > ($5, $6, $7)
  ORDER BY algorithm.owner, algorithm.name, secret."environmentVariable" LIMIT $8`;

const countStatement = `SELECT count(*)::int AS total, count(*) FILTER (WHERE secret."valueId" >= reach."end")::int AS changed,
    COALESCE(array_agg(DISTINCT secret."providerId"), '{}') AS "providerIds"
  ${exposed}`;

interface Counts {
  readonly total: number;
  readonly changed: number;
  readonly providerIds: readonly string[];
}

/** The least id of version 7 (RFC 9562) of the millisecond after, so that what was written in this one is below it. */
const idAfter = (moment: Date): string => {
  const hex = (moment.getTime() + 1).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};

const beforeEverything = '00000000-0000-0000-0000-000000000000';

/**
 * The secrets whose present value a worker could have read, in its pool and by the credentials of its vaults: what was written before
 * its pool had the next key after it was revoked, of algorithms that ran in its pool, also where they were moved since. A secret that gets another value leaves the
 * list. For a worker that was not revoked: what it can read now.
 * @throws {ApiError} 6001 with status 404 where there is no such worker
 */
export const whatWorkerCouldOpen = async (
  deps: ExposureDependencies,
  actor: Actor,
  workerId: string,
  { marker, limit: given }: ExposureQuery,
): Promise<ExposedSecretPage> => {
  requirePermission(actor, 'workers.read');
  const limit = readLimit(given);
  const place = marker === undefined ? ['', '', ''] : readPageMarker(Place, marker);
  await knownWorker(deps, workerId);
  const worker = await deps.ledger.read('worker', workerId);
  if (worker === null) throw noSuchWorker();
  const end = await knownUntil(deps, worker);
  const moved = await movedAlgorithms(deps, worker.poolId, end);
  const scope = [
    worker.poolId,
    idAfter(end),
    moved.map(({ algorithmId }) => algorithmId),
    moved.map(({ until }) => (until === null ? beforeEverything : idAfter(until))),
  ];
  const [[counts], rows] = await Promise.all([
    rowsOf<Counts>(deps.db.pool, { text: countStatement, values: scope }),
    rowsOf<Record<string, unknown>>(deps.db.pool, { text: pageStatement, values: [...scope, ...place, limit + 1] }),
  ]);
  const { total = 0, changed = 0, providerIds = [] } = counts ?? {};
  const page = await exposedOf(deps, rows.slice(0, limit));
  const last = lastPlace(rows.slice(0, limit));
  return {
    results: page,
    marker: rows.length > limit && last !== null ? pageMarker(last) : null,
    total,
    changed,
    providers: await exposedProviders(deps, providerIds, end),
  };
};

/** Genuine rows alone. */
const exposedOf = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<ExposedSecret[]> => {
  const algorithms = new Map<string, Rows['algorithm']>();
  const secrets: Rows['secret'][] = [];
  for (const row of rows) {
    const secret = rowWithin('secret', row, 'secret.');
    const algorithm = rowWithin('algorithm', row, 'algorithm.');
    if (secret === null || algorithm === null) continue;
    secrets.push(secret);
    algorithms.set(algorithm.id, algorithm);
  }
  const genuine = await ledger.genuineAll('algorithm', [...algorithms.values()]);
  const names = new Map(genuine.map((algorithm) => [algorithm.id, algorithm]));
  return (await ledger.genuineAll('secret', secrets)).flatMap((secret) => {
    const algorithm = names.get(secret.algorithmId);
    return algorithm === undefined ? [] : [exposedSecret(secret, algorithm)];
  });
};

const exposedSecret = (secret: Rows['secret'], { owner, name }: Rows['algorithm']): ExposedSecret => ({
  ...{ secretId: secret.id, algorithmId: secret.algorithmId, owner, name },
  ...{ environmentVariable: secret.environmentVariable, version: secret.version, providerId: secret.providerId },
  isReference: secret.reference !== null,
});

const lastPlace = (rows: readonly Readonly<Record<string, unknown>>[]): z.infer<typeof Place> | null => {
  const last = rows.at(-1);
  const fields = ['algorithm.owner', 'algorithm.name', 'secret.environmentVariable'].map((field) => last?.[field]);
  return Place.safeParse(fields).data ?? null;
};
