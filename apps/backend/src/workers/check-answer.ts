import { ApiError, Envelope } from '@secret-store/api';
import { SealingError, verifyWorkerAnswer, type WorkerAnswer } from '@secret-store/sealing';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import { passRefused } from '../rows/row-refused.ts';
import type { WorkerIdentity } from './authentication/find-member.ts';

/** As it stands in the row of its question. Believed only when it verifies. */
const StoredAnswer = z.object({
  answer: Envelope,
  /** of the worker that signed it */
  workerId: z.uuid(),
});

/** Kept once, from a worker of the pool that was asked. @throws {ApiError} 6001 when this worker did not sign it */
export const keepAnswer = async (
  { db }: Pick<Dependencies, 'db'>,
  { workerId, poolId, key }: WorkerIdentity,
  answer: Envelope,
): Promise<void> => {
  const { checkId } = verified(answer, key);
  await db.pool.query({
    name: 'answer-worker-check',
    text: `UPDATE worker_check SET result = $3 WHERE id = $1 AND "poolId" = $2 AND "takenAt" IS NOT NULL AND result IS NULL`,
    values: [checkId, poolId, JSON.stringify({ answer, workerId } satisfies z.infer<typeof StoredAnswer>)],
  });
};

const verified = (answer: Envelope, key: WorkerIdentity['key']): WorkerAnswer => {
  try {
    return verifyWorkerAnswer(answer, key);
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    throw new ApiError('InputValidationError', 'The answer is not signed by this worker. Run the same version.', {
      cause: error,
    });
  }
};

export interface AskedCheck {
  readonly checkId: string;
  readonly poolId: string;
}

/** The answer of a row to its question; null, with a warning in the log, when no worker of the asked pool gave it. */
export const genuineAnswer = async (
  deps: Pick<Dependencies, 'ledger' | 'pools' | 'log'>,
  asked: AskedCheck,
  stored: unknown,
): Promise<WorkerAnswer | null> => {
  const result = await readAnswer(deps, asked, stored).catch((error: unknown) => {
    if (error instanceof SealingError) return error.code;
    throw error;
  });
  if (typeof result === 'object') return result;
  deps.log.warn({ ...asked, problem: result }, 'refused an answer to a check that no worker of the pool gave');
  return null;
};

const readAnswer = async (
  { ledger, pools }: Pick<Dependencies, 'ledger' | 'pools'>,
  { checkId, poolId }: AskedCheck,
  stored: unknown,
): Promise<WorkerAnswer | string> => {
  const parsed = StoredAnswer.safeParse(stored);
  if (!parsed.success) return 'BAD_RECORD';
  const { workerId, answer: envelope } = parsed.data;
  const member = (await pools.log(poolId))?.living(workerId) ?? null;
  if (member === null) return 'NO_MEMBER';
  const answer = verifyWorkerAnswer(envelope, member.key);
  if (answer.checkId !== checkId) return 'ANOTHER_CHECK';
  const row = await ledger.read('worker', workerId).catch(passRefused);
  return row !== null && row.revokedAt === null ? answer : 'REVOKED';
};
