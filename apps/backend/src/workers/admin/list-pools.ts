import type { Actor, PoolInfo } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { requirePermission } from '../../accounts/permissions.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { knownPools } from './known-pools.ts';
import { knownWorkers } from './known-workers.ts';

type PoolDependencies = Pick<Dependencies, 'db' | 'ledger' | 'pools'>;

const algorithmsByPool = `SELECT worker_pool.id, (
    SELECT count(*)::int FROM algorithm
    WHERE algorithm."poolId" = worker_pool.id OR algorithm."otherPools" @> to_jsonb(worker_pool.id::text)
  ) AS count FROM worker_pool`;

export const listPools = async (deps: PoolDependencies, actor: Actor): Promise<PoolInfo[]> => {
  requirePermission(actor, 'workers.read');
  const counted = await rowsOf<{ readonly id: string; readonly count: number }>(deps.db.pool, {
    text: algorithmsByPool,
    values: [],
  });
  const algorithms = new Map(counted.map(({ id, count }) => [id, count]));
  const workers = new Map<string, number>();
  for (const { pool, state } of await knownWorkers(deps))
    if (state !== 'revoked') workers.set(pool, (workers.get(pool) ?? 0) + 1);
  const pools: PoolInfo[] = [];
  for (const pool of await knownPools(deps)) {
    const counts = { workers: workers.get(pool.name) ?? 0, algorithms: algorithms.get(pool.id) ?? 0 };
    pools.push(await poolInfo(deps, pool, counts));
  }
  return pools;
};

/** A pool as administrators see it. Its key is the one of its signed log. */
export const poolInfo = async (
  { pools }: Pick<Dependencies, 'pools'>,
  { id, name, createdAt }: Rows['pool'],
  counts: Pick<PoolInfo, 'workers' | 'algorithms'>,
): Promise<PoolInfo> => ({
  id,
  name,
  keyId: (await pools.log(id))?.currentKey?.keyId ?? null,
  ...counts,
  created: createdAt.toISOString(),
});
