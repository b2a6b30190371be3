import type { Actor, WorkerDetails } from '@secret-store/api';
import { requirePermission } from '../../accounts/permissions.ts';
import type { Dependencies } from '../../dependencies.ts';
import { knownWorker, knownWorkers } from './known-workers.ts';

type ListDependencies = Pick<Dependencies, 'db' | 'ledger' | 'pools'>;

/** All workers of all pools, revoked ones too, the oldest first. */
export const listWorkers = (deps: ListDependencies, actor: Actor): Promise<WorkerDetails[]> => {
  requirePermission(actor, 'workers.read');
  return knownWorkers(deps);
};

/** @throws {ApiError} 6001 with status 404 where there is none */
export const showWorker = (deps: ListDependencies, actor: Actor, workerId: string): Promise<WorkerDetails> => {
  requirePermission(actor, 'workers.read');
  return knownWorker(deps, workerId);
};
