import { type Actor, type AlgorithmPools, ApiError } from '@secret-store/api';
import { requirePermission } from '../accounts/permissions.ts';
import type { Dependencies } from '../dependencies.ts';
import { countPending } from '../resealing/pending/count-pending.ts';
import { knownPools } from '../workers/admin/known-pools.ts';
import { poolsOf } from '../workers/pools/pools-of.ts';

type PoolDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools'>;

/**
 * The pools that run the algorithm, and how many of its sealed records are not sealed to exactly their keys yet.
 * @throws {ApiError} 1000 where there is no such algorithm
 */
export const algorithmPools = async (
  deps: PoolDependencies,
  actor: Actor,
  algorithmId: string,
): Promise<AlgorithmPools> => {
  requirePermission(actor, 'workers.read');
  const algorithm = await deps.ledger.read('algorithm', algorithmId);
  if (algorithm === null) throw new ApiError('AlgorithmNotFound', 'There is no algorithm with this id.');
  const names = new Map((await knownPools(deps)).map(({ id, name }) => [id, name]));
  return {
    pools: poolsOf(algorithm).flatMap((id) => names.get(id) ?? []),
    pending: await countPending(deps, { algorithmId }),
  };
};
