import type { WorkerFleetAnswer } from '@secret-store/api/schemas';
import { nextPoolEntry, type PoolHead, type PoolLog } from '@secret-store/sealing';
import { appendToPool } from './append-to-pool.ts';
import type { FleetDependencies } from './fleet-dependencies.ts';
import { takeLogs } from './update-logs.ts';

/**
 * Takes pools in whose founding counts: by the root, or by a worker of the store's first pool that is not revoked. From then on values
 * can be sealed to their keys.
 */
export const admitPools = async (
  deps: FleetDependencies,
  { admissions }: Pick<WorkerFleetAnswer, 'admissions'>,
): Promise<void> => {
  const { keys, logs, backend } = deps;
  if (logs.first?.poolId !== keys.pool.id) return;
  for (const poolId of admissions) {
    if ((logs.log(poolId)?.currentKey ?? null) === null) await takeLogs(deps, await backend.poolLog({ poolId }));
    await appendToPool(deps, keys.pool.id, async (first) => {
      const head = admissible(logs.log(poolId), first);
      return head === null
        ? null
        : { entries: [nextPoolEntry(first, { kind: 'admit', poolId, ...head }, keys.signer)] };
    });
  }
};

const admissible = (log: PoolLog | null, first: PoolLog): PoolHead | null =>
  log !== null && log.isFounded && log.currentKey !== null && !first.state.admitted.has(log.poolId) ? log.head : null;
