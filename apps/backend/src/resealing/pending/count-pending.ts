import { rowsOf } from '@secret-store/db';
import type { Dependencies } from '../../dependencies.ts';
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
  /** the pool's at that time */
  readonly keyId: string | undefined;
  readonly count: Promise<number>;
}

/**
 * The same for the workers of a pool, which ask all the time: as it was at most a second ago, and never from before the pool's
 * present key.
 */
export const recentPending = (
  deps: CountDependencies,
  now: () => number = () => performance.now(),
): ((poolId: string) => Promise<number>) => {
  const counted = new Map<string, Counted>();
  return async (poolId) => {
    const keyId = (await deps.pools.log(poolId))?.currentKey?.keyId;
    const known = counted.get(poolId);
    if (known !== undefined && known.keyId === keyId && now() - known.at < freshMilliseconds) return known.count;
    const count = countPending(deps, { poolId });
    counted.set(poolId, { at: now(), keyId, count });
    // what failed is asked again
    count.catch(() => counted.delete(poolId));
    return count;
  };
};
