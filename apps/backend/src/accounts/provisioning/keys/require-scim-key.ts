import { ApiError } from '@secret-store/api';
import type { Change } from '../../../ledger/change.ts';
import type { Rows } from '../../../rows/row-kinds.ts';
import { hasEnded } from '../../grants/grant-end.ts';

/**
 * For each change that a key makes: it may have waited for others before it, and the key was revoked, or ended, or its connection was
 * removed meanwhile.
 * @throws {ApiError} 2000
 */
export const requireScimKey = async (changes: Change, { id }: Pick<Rows['scimKey'], 'id'>): Promise<void> => {
  const key = await changes.find('scimKey', id);
  if (key !== null && !hasEnded(key)) return;
  throw new ApiError('NotAuthenticated', 'The SCIM key is revoked or has ended. Ask an administrator for another one.');
};
