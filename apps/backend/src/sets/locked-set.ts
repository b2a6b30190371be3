import { ApiError } from '@secret-store/api';
import type { SetEntry } from '@secret-store/sealing';
import type { Change } from '../ledger/change.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { entryIn, type VerifiedSet } from './set-cache.ts';
import { type SetDependencies, verifiedSet } from './verified-set.ts';

export interface LockedSet {
  readonly algorithm: Rows['algorithm'];
  /** the algorithm's newest set; null where it never had one */
  readonly set: VerifiedSet | null;
}

const locked = new WeakMap<Change, Map<string, LockedSet>>();

/**
 * The algorithm, locked until the change ends, and its newest set: both are read once in a change.
 * @throws {ApiError} 1000 when there is no such algorithm
 * @throws {SetIntegrityError} when the set is not genuine
 */
export const lockedSet = async (deps: SetDependencies, change: Change, algorithmId: string): Promise<LockedSet> => {
  const sets = locked.get(change) ?? new Map<string, LockedSet>();
  locked.set(change, sets);
  const known = sets.get(algorithmId);
  if (known !== undefined) return known;
  const algorithm = await change.find('algorithm', algorithmId);
  if (algorithm === null) throw new ApiError('AlgorithmNotFound', 'There is no such algorithm. Check its id.');
  const set = await verifiedSet(deps, (statement) => change.query(statement), algorithmId);
  const read = { algorithm, set };
  sets.set(algorithmId, read);
  return read;
};

/** What the change has signed: the newest set from now on. */
export const replaceLockedSet = (change: Change, algorithmId: string, next: LockedSet): void => {
  locked.get(change)?.set(algorithmId, next);
};

/** The secret as it was signed, within a change; null when the set does not have it. */
export const lockedEntry = async (
  deps: SetDependencies,
  change: Change,
  algorithmId: string,
  secretId: string,
): Promise<SetEntry | null> => entryIn((await lockedSet(deps, change, algorithmId)).set, secretId);
