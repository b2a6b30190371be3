import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';

/** Where the worker's end stood in the pool's log. $1: the pool; $2: the worker. */
const revocation = `SELECT sequence FROM audit_event
  WHERE action = 'worker.record-revocation' AND "subjectId" = $1 AND details ->> 'workerId' = $2
  ORDER BY sequence LIMIT 1`;

/** The first key of the pool that was made after that event. */
const nextKey = `SELECT sequence FROM audit_event
  WHERE action = 'pool.change-key' AND "subjectId" = $1 AND sequence > $2
  ORDER BY sequence LIMIT 1`;

/**
 * Until when values were sealed to a key that the worker knows. Now for a worker that was not revoked, and for a revoked one whose pool
 * has no other key yet.
 * @throws {RowRefused} where somebody else wrote one of the events that say so
 */
export const knownUntil = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  { id, poolId, revokedAt }: Rows['worker'],
): Promise<Date> => {
  if (revokedAt === null) return new Date();
  const [revoked] = await ledger.events({ text: revocation, values: [poolId, id] });
  if (revoked === undefined) return new Date();
  const [changed] = await ledger.events({ text: nextKey, values: [poolId, revoked.sequence] });
  return changed?.at ?? new Date();
};
