import { ApiError, Envelope } from '@secret-store/api';
import {
  SealingError,
  verificationKeyOf,
  verifyCertificate,
  verifyWorkerAnswer,
  type WorkerAnswer,
} from '@secret-store/sealing';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import { passRefused } from '../rows/row-refused.ts';
import type { WorkerIdentity } from './authentication/certified-workers.ts';

/** As it stands in the row of its question. Believed only when it verifies. */
const StoredAnswer = z.object({
  answer: Envelope,
  /** of the worker that signed it */
  certificate: Envelope,
});

/** Kept once, from a worker of the pool that was asked. @throws {ApiError} 6001 when this worker did not sign it */
export const keepAnswer = async (
  { db }: Pick<Dependencies, 'db'>,
  { poolId, key, certificate }: Pick<WorkerIdentity, 'poolId' | 'key' | 'certificate'>,
  answer: Envelope,
): Promise<void> => {
  const { checkId } = verified(answer, key);
  await db.pool.query({
    name: 'answer-worker-check',
    text: `UPDATE worker_check SET result = $3 WHERE id = $1 AND "poolId" = $2 AND "takenAt" IS NOT NULL AND result IS NULL`,
    values: [checkId, poolId, JSON.stringify({ answer, certificate } satisfies z.infer<typeof StoredAnswer>)],
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
  deps: Pick<Dependencies, 'keys' | 'ledger' | 'log'>,
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
  { keys, ledger }: Pick<Dependencies, 'keys' | 'ledger'>,
  { checkId, poolId }: AskedCheck,
  stored: unknown,
): Promise<WorkerAnswer | string> => {
  const parsed = StoredAnswer.safeParse(stored);
  if (!parsed.success) return 'BAD_RECORD';
  const certificate = verifyCertificate(parsed.data.certificate, keys.root, 'worker');
  if (certificate.poolId !== poolId) return 'ANOTHER_POOL';
  const answer = verifyWorkerAnswer(parsed.data.answer, verificationKeyOf(certificate));
  if (answer.checkId !== checkId) return 'ANOTHER_CHECK';
  const worker = await ledger.read('worker', certificate.subjectId).catch(passRefused);
  return worker !== null && worker.keyId === certificate.keyId && worker.revokedAt === null ? answer : 'REVOKED';
};
