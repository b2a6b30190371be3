import type { Actor, WorkerHoldings } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { z } from 'zod';
import { requirePermission } from '../accounts/permissions.ts';
import type { Dependencies } from '../dependencies.ts';
import { pageMarker, readLimit, readPageMarker } from '../paging.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { selection } from '../rows/row-statements.ts';
import type { VerifiedSet } from '../sets/set-cache.ts';
import { readCommitted, verifiedSet } from '../sets/verified-set.ts';
import { knownMembers, noSuchWorker } from '../workers/admin/known-workers.ts';
import { runsIn } from '../workers/pools/pools-of.ts';
import { commandsOf, stateOfSet } from './algorithm-delivery.ts';
import { reasonInWords } from './reason-words.ts';
import { type Holder, saidByWorker, speakerOf } from './stored-receipts.ts';

/** Owner and name of the last algorithm of a page. */
const Place = z.tuple([z.string().max(64), z.string().max(64)]);

const page = `SELECT ${selection('algorithm')} FROM algorithm
  WHERE ("poolId" = $1::uuid OR "otherPools" @> to_jsonb($1::text)) AND (owner, name) > ($2, $3)
  ORDER BY owner, name LIMIT $4`;

export interface HoldingsQuery {
  readonly marker?: string | undefined;
  readonly limit?: string | undefined;
}

/**
 * What a worker holds of the algorithms that its pool runs: one page in the order of owner and name.
 * @throws {ApiError} 6001 with status 404 where there is no such worker
 */
export const workerHoldings = async (
  deps: Dependencies,
  actor: Actor,
  workerId: string,
  { marker, limit: given }: HoldingsQuery,
): Promise<WorkerHoldings> => {
  requirePermission(actor, 'workers.read');
  const limit = readLimit(given);
  const [owner, name] = marker === undefined ? ['', ''] : readPageMarker(Place, marker);
  const [worker] = await knownMembers(deps, { workerId });
  if (worker === undefined) throw noSuchWorker();
  const { poolId } = worker.row;
  const values = [poolId, owner, name, limit + 1];
  const rows = await rowsOf<Rows['algorithm']>(deps.db.pool, { text: page, values });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const said = await saidByWorker(
    deps,
    speakerOf(worker),
    shown.map(({ id }) => id),
  );
  const results: WorkerHoldings['results'] = [];
  for (const algorithm of await deps.ledger.genuineAll('algorithm', shown)) {
    const set = await verifiedSet(deps, readCommitted(deps), algorithm.id);
    if (set === null || set.body.secrets.length === 0 || !runsIn(algorithm, poolId)) continue;
    const own = said.find(({ receipt }) => receipt.algorithmId === algorithm.id) ?? null;
    results.push(describeHolding(algorithm, { worker, said: own }, set));
  }
  return { results, marker: rows.length > limit && last !== undefined ? pageMarker([last.owner, last.name]) : null };
};

const describeHolding = (
  { id, owner, name }: Rows['algorithm'],
  holder: Holder,
  set: VerifiedSet,
): WorkerHoldings['results'][number] => {
  const state = stateOfSet(holder, set);
  const variables = new Map(
    set.body.secrets.map(({ secretId, environmentVariable }) => [secretId, environmentVariable]),
  );
  const failures = (state === 'failed' ? (holder.said?.receipt.failures ?? []) : []).flatMap(({ reason, secretIds }) =>
    secretIds.flatMap((secretId) => {
      const variable = variables.get(secretId);
      const words = reasonInWords(reason);
      return variable === undefined || words === null ? [] : [{ variable, reason: words }];
    }),
  );
  return { algorithmId: id, owner, name, state, failures, commands: commandsOf(holder, set) };
};
