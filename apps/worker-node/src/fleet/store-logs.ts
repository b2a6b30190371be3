import type { JoinPoolAnswer } from '@secret-store/api/schemas';
import { type RootPublic, SealingError } from '@secret-store/sealing';
import { type FollowedLog, followFromFounding } from './followed-log.ts';

/** The logs of a store, verified from its root. */
export interface StoreLogs {
  readonly pool: JoinPoolAnswer['pool'];
  /** of the store's first pool */
  readonly first: FollowedLog;
  /** of the pool that was asked for; null while it has none */
  readonly own: FollowedLog | null;
}

/**
 * @param workerId whose keys are looked for in the logs
 * @throws {SealingError} when they are not of this root, or do not verify
 */
export const verifyLogs = ({ pool, logs }: JoinPoolAnswer, root: RootPublic, workerId: string): StoreLogs => {
  const firstPart = logs.find(({ founding }) => isOfFirst(founding));
  if (firstPart === undefined) throw new SealingError('BAD_RECORD', "the log of the store's first pool is missing");
  const first = followFromFounding(firstPart, { root, first: null }, workerId);
  if (first.log.poolId === pool.id) return { pool, first, own: first };
  const part = logs.find(({ poolId }) => poolId === pool.id);
  const own = part === undefined ? null : followFromFounding(part, { root, first: first.log }, workerId);
  if (own !== null && own.log.poolId !== pool.id) throw new SealingError('UNTRUSTED', 'the log is of another pool');
  return { pool, first, own };
};

const isOfFirst = (founding: unknown): boolean =>
  typeof founding === 'object' && founding !== null && 'poolCertificate' in founding;
