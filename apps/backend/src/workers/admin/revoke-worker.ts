import type { Actor } from '@secret-store/api';
import { requirePermission } from '../../accounts/permissions.ts';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { knownWorker, noSuchWorker } from './known-workers.ts';

/**
 * From its next request on the worker gets nothing, and its streams end. A member of its pool that is online makes it final in the
 * pool's log, with a new key. A worker that was revoked already stays as it is.
 * @throws {ApiError} 6001 with status 404 where there is none
 */
export const revokeWorker = async (
  deps: Pick<Dependencies, 'db' | 'ledger' | 'pools'>,
  actor: Actor,
  workerId: string,
): Promise<void> => {
  requirePermission(actor, 'workers.manage');
  const { name, pool } = await knownWorker(deps, workerId);
  await change(deps, async (changes) => {
    const row = await changes.find('worker', workerId);
    if (row === null) throw noSuchWorker();
    if (row.revokedAt !== null) return;
    await changes.update('worker', workerId, { revokedAt: new Date() });
    changes.audit({
      actor: userActor(actor),
      action: 'worker.revoke',
      subject: { type: 'worker', id: workerId, name },
      details: { poolId: row.poolId, pool },
    });
  });
};
