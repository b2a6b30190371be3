import type { WorkerStates } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';
import { knownWorkers } from '../admin/known-workers.ts';
import { logsFor } from './log-parts.ts';

/** What administrators see, of the pools whose logs a worker of this pool is told. */
export const workerStates = async (
  deps: Pick<Dependencies, 'db' | 'ledger' | 'pools'>,
  poolId: string,
): Promise<WorkerStates> => {
  const names = new Set((await logsFor(deps, poolId)).map(({ name }) => name));
  const workers = await knownWorkers(deps);
  return Object.fromEntries(workers.filter(({ pool }) => names.has(pool)).map(({ id, state }) => [id, state]));
};
