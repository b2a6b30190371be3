import { type Actor, ApiError } from '@secret-store/api';
import type { Change } from '../../ledger/change.ts';

/**
 * For what outlives a session, in a change that has locked the user's row: the session may have ended since the request came, because the
 * user was disabled or got another password.
 * @throws {ApiError} 2000
 */
export const requireSession = async (changes: Change, { sessionId }: Actor): Promise<void> => {
  if (sessionId === undefined || (await changes.find('session', sessionId)) !== null) return;
  throw new ApiError('NotAuthenticated', 'Your session has ended. Sign in again.');
};
