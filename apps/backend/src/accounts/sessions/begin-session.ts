import { randomBytes } from 'node:crypto';
import type { Actor } from '@secret-store/api';
import { Role } from '@secret-store/api';
import type { Change } from '../../ledger/change.ts';
import { requestAddress } from '../../request-context.ts';
import type { Rows } from '../../rows/row-kinds.ts';

export const sessionSeconds = 12 * 60 * 60;

const randomText = (): string => randomBytes(24).toString('base64url');
const userAgentMaximum = 256;

/** What a person signed in with, as the audit says it. */
export type SignInMethod = 'password' | 'password and code' | 'password and recovery code' | 'passkey';

export interface BegunSession {
  readonly actor: Actor;
  readonly token: string;
}

/** In the change that has locked the user's row and looked at what was given, so that nothing of it changes in between. */
export const beginSession = async (
  changes: Change,
  { id: userId, username, role }: Rows['user'],
  { method, userAgent }: { readonly method: SignInMethod; readonly userAgent: string | null },
): Promise<BegunSession> => {
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
