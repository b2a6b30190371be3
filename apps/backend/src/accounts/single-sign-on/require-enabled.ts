import type { Change } from '../../ledger/change.ts';
import { SignInRefused } from './sign-in-refused.ts';

/** Locks the connection: it may have been disabled or deleted while its identity provider was asked. @throws {SignInRefused} */
export const requireEnabled = async (changes: Change, connectionId: string): Promise<void> => {
  const connection = await changes.find('signInConnection', connectionId);
  if (connection === null || !connection.isEnabled) throw new SignInRefused('disabled-connection');
};
