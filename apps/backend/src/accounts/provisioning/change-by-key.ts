import type { Dependencies } from '../../dependencies.ts';
import { type Change, change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { withAdministratorsLock } from '../users/last-administrator.ts';
import { requireScimKey } from './keys/require-scim-key.ts';

/**
 * Every change that a SCIM key makes. It waits for the ones before it, and then looks for the key once more.
 * @throws {ApiError} 2000 where the key no longer works
 */
export const changeByKey = <T>(
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  key: Pick<Rows['scimKey'], 'id'>,
  work: (changes: Change) => Promise<T>,
): Promise<T> =>
  withAdministratorsLock(deps, () =>
    change(deps, async (changes) => {
      await requireScimKey(changes, key);
      return work(changes);
    }),
  );
