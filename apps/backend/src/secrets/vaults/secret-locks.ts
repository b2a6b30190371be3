import type { Dependencies } from '../../dependencies.ts';
import { secretLock } from '../commits/write-intent.ts';

/** The locks of several secrets, in one order, so that two removals never wait for each other. */
export const withSecretLocks = <T>(
  deps: Pick<Dependencies, 'db'>,
  secretIds: readonly string[],
  work: () => Promise<T>,
): Promise<T> => withLocks(deps, secretIds.map(secretLock).toSorted(), work);

const withLocks = <T>(
  deps: Pick<Dependencies, 'db'>,
  [lock, ...others]: readonly string[],
  work: () => Promise<T>,
): Promise<T> => (lock === undefined ? work() : deps.db.withLock(lock, () => withLocks(deps, others, work)));
