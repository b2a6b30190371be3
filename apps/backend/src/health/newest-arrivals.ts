import { rowsOf } from '@secret-store/db';
import { arrivedAt } from '../delivery/arrivals.ts';
import { newestComings } from '../delivery/comings.ts';
import { committedAt, presentEntry } from '../delivery/secret-delivery.ts';
import { failureOf, stateOf } from '../delivery/secret-state.ts';
import { type Holder, livingWorkers, saidBy } from '../delivery/stored-receipts.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { selection } from '../rows/row-statements.ts';
import { entryIn } from '../sets/set-cache.ts';
import { readCommitted, verifiedSet } from '../sets/verified-set.ts';
import type { KnownMember } from '../workers/admin/known-workers.ts';
import { runsIn } from '../workers/pools/pools-of.ts';

/** Enough to see how it goes, and few enough for a page. */
const secretsMaximum = 100;

const newest = `SELECT ${selection('secret')} FROM secret
  WHERE $1::uuid IS NULL OR "providerId" = $1::uuid ORDER BY "updatedAt" DESC, id LIMIT ${secretsMaximum}`;

const algorithmsOf = `SELECT ${selection('algorithm')} FROM algorithm WHERE id = ANY ($1::uuid[])`;

/** How one worker does with the value of one secret. */
export interface Arrival {
  readonly worker: KnownMember;
  readonly secretId: string;
  readonly state: 'ready' | 'behind' | 'failed';
  /** the word for why it cannot be read */
  readonly reason: string | null;
  /** when it was ready; null: not ready, or not known any more */
  readonly at: Date | null;
  /** since the value was committed; null: not known */
  readonly milliseconds: number | null;
}

export interface NewestArrivals {
  readonly workers: readonly KnownMember[];
  readonly secrets: number;
  readonly arrivals: readonly Arrival[];
}

/**
 * Where the values that changed last have arrived, by what the workers signed. Of a worker that is offline nothing is said.
 * @param providerId only values that this provider keeps
 */
export const newestArrivals = async (deps: Dependencies, providerId: string | null): Promise<NewestArrivals> => {
  const { db, ledger } = deps;
  const workers = await livingWorkers(deps);
  const secrets = await ledger.genuineAll(
    'secret',
    await rowsOf<Rows['secret']>(db.pool, { text: newest, values: [providerId] }),
  );
  const ids = [...new Set(secrets.map(({ algorithmId }) => algorithmId))];
  const algorithms = await ledger.genuineAll(
    'algorithm',
    await rowsOf<Rows['algorithm']>(db.pool, { text: algorithmsOf, values: [ids] }),
  );
  const said = await saidBy(deps, workers, ids);
  const cameWith = await newestComings(
    deps,
    secrets.map(({ id }) => id),
  );
  const arrivals: Arrival[] = [];
  for (const algorithm of algorithms) {
    const set = await verifiedSet(deps, readCommitted(deps), algorithm.id);
    if (set === null) continue;
    const holders = workers
      .filter(({ row, details }) => runsIn(algorithm, row.poolId) && details.state === 'online')
      .map((worker): Holder => ({ worker, said: said.find((one) => isOf(one, worker, algorithm)) ?? null }));
    for (const secret of secrets.filter(({ algorithmId }) => algorithmId === algorithm.id)) {
      const entry = entryIn(set, secret.id);
      if (entry === null) continue;
      const present = presentEntry(set, entry);
      const coming = cameWith.get(secret.id);
      // changed again with the value as it was, such as when it was sealed again
      const isValue = coming?.version === present.version && coming.set === present.since;
      for (const holder of holders) {
        const state = stateOf(holder, set, present);
        if (state === 'offline') continue;
        const at = state === 'ready' && holder.said !== null ? arrivedAt(holder.said.arrivals, present) : null;
        arrivals.push({
          ...{ worker: holder.worker, secretId: secret.id, state },
          reason: state === 'failed' ? failureOf(holder, secret.id) : null,
          at: at === null ? null : new Date(at),
          // the clocks of two backends may differ
          milliseconds: at === null || !isValue ? null : Math.max(0, at - committedAt(secret.valueId).getTime()),
        });
      }
    }
  }
  return { workers, secrets: secrets.length, arrivals };
};

const isOf = (
  { receipt }: NonNullable<Holder['said']>,
  { row }: KnownMember,
  { id }: Pick<Rows['algorithm'], 'id'>,
): boolean => receipt.workerId === row.id && receipt.algorithmId === id;
