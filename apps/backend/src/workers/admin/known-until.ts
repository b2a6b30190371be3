import { rowsOf } from '@secret-store/db';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';

/** The first key of the pool that was made after the worker's end stood in the pool's log. $1: the pool; $2: the worker. */
const statement = `SELECT min(at) AS at FROM audit_event
  WHERE action = 'pool.change-key' AND "subjectId" = $1 AND sequence > (
    SELECT min(sequence) FROM audit_event
    WHERE action = 'worker.record-revocation' AND "subjectId" = $1 AND details ->> 'workerId' = $2
  )`;

/**
 * Until when values were sealed to a key that the worker knows. Now for a worker that was not revoked, and for a revoked one whose pool
 * has no other key yet.
 */
export const knownUntil = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  { id, poolId, revokedAt }: Rows['worker'],
): Promise<Date> => {
  if (revokedAt === null) return new Date();
  // what was added to the log a moment ago is in the chain when it is read
  await ledger.flush();
  const [row] = await rowsOf<{ readonly at: Date | null }>(db.pool, { text: statement, values: [poolId, id] });
  return row?.at ?? new Date();
};
