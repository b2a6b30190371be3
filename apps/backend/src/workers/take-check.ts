import { type WorkerCheckResult, WorkerCheckTask } from '@secret-store/api';
import type { Dependencies } from '../dependencies.ts';
import type { WorkerIdentity } from './authenticate-worker.ts';

/** Gives the oldest question of the worker's pool to this worker alone. */
export const takeCheck = async (
  { db }: Pick<Dependencies, 'db'>,
  { poolId }: WorkerIdentity,
): Promise<WorkerCheckTask | null> => {
  const { rows } = await db.pool.query<{ task: unknown }>({
    name: 'take-worker-check',
    text: `UPDATE worker_check SET "takenAt" = now() WHERE id = (
             SELECT id FROM worker_check WHERE "poolId" = $1 AND "takenAt" IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
           ) RETURNING task`,
    values: [poolId],
  });
  return rows[0] === undefined ? null : WorkerCheckTask.parse(rows[0].task);
};

/** Kept once, from a worker of the pool that was asked. */
export const answerCheck = async (
  { db }: Pick<Dependencies, 'db'>,
  { poolId }: WorkerIdentity,
  result: WorkerCheckResult,
): Promise<void> => {
  await db.pool.query({
    name: 'answer-worker-check',
    text: `UPDATE worker_check SET result = $3 WHERE id = $1 AND "poolId" = $2 AND "takenAt" IS NOT NULL AND result IS NULL`,
    values: [result.checkId, poolId, JSON.stringify(result)],
  });
};
