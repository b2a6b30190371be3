import { randomBytes } from 'node:crypto';
import { type Actor, ApiError, Role } from '@secret-store/api';
import type { Change } from '../../ledger/change.ts';
import { requestAddress } from '../../request-context.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { requireRoleAddress } from './role-addresses.ts';

export const sessionSeconds = 12 * 60 * 60;

const randomText = (): string => randomBytes(24).toString('base64url');
const userAgentMaximum = 256;

/** What a person signed in with, as the audit says it. */
export type SignInMethod =
  'password' | 'password and code' | 'password and recovery code' | 'passkey' | 'single sign-on';

export interface BegunSession {
  readonly actor: Actor;
  readonly token: string;
}

/**
 * In the change that has locked the user's row and looked at what was given, so that nothing of it changes in between.
 * @throws {ApiError} 2000 for an account for programs; 2001 from an address that the role does not work from
 */
export const beginSession = async (
  changes: Change,
  { id: userId, username, role, kind }: Rows['user'],
  { method, userAgent }: { readonly method: SignInMethod; readonly userAgent: string | null },
): Promise<BegunSession> => {
  if (kind !== null) throw new ApiError('NotAuthenticated', 'This is a service account. Use one of its API keys.');
  requireRoleAddress(await changes.find('roleAddresses', role), requestAddress());
  const now = new Date();
  const session = {
    ...{ id: randomText(), token: randomText(), userId, ipAddress: requestAddress() },
    userAgent: userAgent?.slice(0, userAgentMaximum) || null,
    expiresAt: new Date(now.getTime() + sessionSeconds * 1000),
    ...{ createdAt: now, updatedAt: now },
  };
  await changes.insert('session', session);
  changes.audit({
    actor: { type: 'user', id: userId, name: username },
    action: 'session.create',
    subject: { type: 'user', id: userId, name: username },
    details: { sessionId: session.id, method },
  });
  return { actor: { userId, username, role: Role.parse(role), sessionId: session.id }, token: session.token };
};
