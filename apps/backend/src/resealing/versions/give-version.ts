import type { GivenVersion } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { SealingError, verifySealedRecord } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import type { WorkerIdentity } from '../../workers/authentication/find-member.ts';
import { notItsOwn } from '../resealed.ts';

/** Kept once, from a worker of the pool that was asked, for the backend that waits for it. @throws {ApiError} 2001 */
export const giveVersion = async (
  { db }: Pick<Dependencies, 'db'>,
  { workerId, poolId, key }: WorkerIdentity,
  { questionId, result }: GivenVersion,
): Promise<void> => {
  if ('record' in result) requireOwn(result.record, key);
  await rowsOf(db.pool, {
    text: `UPDATE worker_check SET result = $3::jsonb
      WHERE id = $1::uuid AND "poolId" = $2::uuid AND "takenAt" IS NOT NULL AND result IS NULL AND task -> 'versionQuestion' IS NOT NULL`,
    values: [questionId, poolId, JSON.stringify({ workerId, result })],
  });
};

const requireOwn = (record: unknown, signerKey: WorkerIdentity['key']): void => {
  try {
    verifySealedRecord({ record, signerKey });
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    throw notItsOwn(error);
  }
};
