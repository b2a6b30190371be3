import { rowsOf } from '@secret-store/db';
import type { Dependencies } from '../../dependencies.ts';
import type { WorkerIdentity } from '../../workers/authentication/find-member.ts';
import { notedReseals } from '../../workers/pools/note-reseal.ts';
import { overPending, type PendingScope } from './pending-statement.ts';

type CountDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools'>;

/** How many sealed records are not sealed to exactly the current keys of the pools that use them and the root's. */
export const countPending = async (deps: CountDependencies, scope: PendingScope): Promise<number> => {
  const [row] = await rowsOf<{ readonly count: number }>(
    deps.db.pool,
    await overPending(deps, scope, 'SELECT count(*)::int AS count FROM found'),
  );
  return row?.count ?? 0;
};

const freshMilliseconds = 1_000;

interface Counted {
  readonly at: number;
  readonly count: Promise<number>;
}

/**
 * How many of them a worker was given a key for. Workers ask all the time: as it was at most a second ago, and never from before the
 * last key that the worker was given, or the last time that there was something new to seal again.
 */
export const recentPending = (
  deps: CountDependencies,
  now: () => number = () => performance.now(),
): ((worker: Pick<WorkerIdentity, 'workerId' | 'poolId'>) => Promise<number>) => {
  /** by the keys and what was noted since: workers that have the same are told the same */
  const counted = new Map<string, Counted>();
  return async ({ workerId, poolId }) => {
    const keyIds = (await deps.pools.log(poolId))?.state.keyIdsOf(workerId) ?? [];
    for (const [key, { at }] of counted) if (now() - at >= freshMilliseconds) counted.delete(key);
    const about = [notedReseals(deps, poolId), ...keyIds].join();
    const known = counted.get(about);
    if (known !== undefined) return known.count;
    const count = countPending(deps, { keyIds });
    counted.set(about, { at: now(), count });
    // what failed is asked again
    count.catch(() => counted.delete(about));
    return count;
  };
};
