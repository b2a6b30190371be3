import { WorkerCheckTask } from '@secret-store/api';
import { SealingError, verifyWorkerCheck } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import type { WorkerIdentity } from './authentication/find-member.ts';

type CheckDependencies = Pick<Dependencies, 'db' | 'keys' | 'log'>;

interface TakenCheck {
  readonly id: string;
  readonly task: unknown;
}

/** Gives the oldest question of the worker's pool to this worker alone. A question that no backend asked is dropped. */
export const takeCheck = async (
  deps: CheckDependencies,
  worker: Pick<WorkerIdentity, 'poolId'>,
): Promise<WorkerCheckTask | null> => {
  for (;;) {
    const taken = await takeOldest(deps, worker);
    if (taken === null) return null;
    const task = genuineTask(deps, taken);
    if (task !== null) return task;
    await deps.db.prisma.workerCheck.deleteMany({ where: { id: taken.id } });
  }
};

const takeOldest = async (
  { db }: CheckDependencies,
  { poolId }: Pick<WorkerIdentity, 'poolId'>,
): Promise<TakenCheck | null> => {
  const { rows } = await db.pool.query<TakenCheck>({
    name: 'take-worker-check',
    text: `UPDATE worker_check SET "takenAt" = now() WHERE id = (
             SELECT id FROM worker_check WHERE "poolId" = $1 AND "takenAt" IS NULL AND task -> 'versionQuestion' IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
           ) RETURNING id, task`,
    values: [poolId],
  });
  return rows[0] ?? null;
};

/** Null for what the backend did not sign, or not for this row, and for what nobody waits for any more. */
const genuineTask = (deps: CheckDependencies, { id, task }: TakenCheck): WorkerCheckTask | null => {
  const problem = problemOf(deps, id, task);
  if (problem === null) return WorkerCheckTask.parse(task);
  if (problem !== 'EXPIRED') deps.log.warn({ checkId: id, problem }, 'dropped a check that no backend asked for');
  return null;
};

const problemOf = ({ keys }: CheckDependencies, id: string, task: unknown): string | null => {
  const parsed = WorkerCheckTask.safeParse(task);
  if (!parsed.success) return 'BAD_RECORD';
  try {
    const check = verifyWorkerCheck(parsed.data.check, keys.verificationKey, new Date());
    return check.checkId === id && parsed.data.checkId === id ? null : 'MISPLACED';
  } catch (error) {
    if (error instanceof SealingError) return error.code;
    throw error;
  }
};
