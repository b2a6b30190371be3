import { type Actor, ApiError, type PoolInfo, type PoolRequest } from '@secret-store/api';
import { isUniqueViolation } from '@secret-store/db';
import { v7 as uuidv7 } from 'uuid';
import { requirePermission } from '../../accounts/permissions.ts';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { ClaimTaken } from '../../ledger/claim-taken.ts';
import { poolInfo } from './list-pools.ts';

/**
 * A pool without workers. A worker of the store's first pool founds its log, with the invitation of its first worker.
 * @throws {ApiError} 6001 with status 409 where the name is taken
 */
export const createPool = async (
  deps: Pick<Dependencies, 'db' | 'ledger' | 'pools'>,
  actor: Actor,
  { name }: PoolRequest,
): Promise<PoolInfo> => {
  requirePermission(actor, 'workers.manage');
  const pool = { id: uuidv7(), name, createdAt: new Date() };
  try {
    await change(deps, async (changes) => {
      await changes.insert('pool', pool);
      changes.audit({
        actor: userActor(actor),
        action: 'pool.create',
        subject: { type: 'pool', id: pool.id, name },
        details: {},
      });
    });
  } catch (error) {
    if (!isUniqueViolation(error) && !(error instanceof ClaimTaken)) throw error;
    throw new ApiError('InputValidationError', `The pool ${name} already exists. Choose another name.`, {
      cause: error,
      status: 409,
      field: 'name',
    });
  }
  return poolInfo(deps, pool, { workers: 0, algorithms: 0 });
};
