import { deriveKey } from '@secret-store/sealing';
import { betterAuth } from 'better-auth/minimal';
import type { Dependencies } from '../dependencies.ts';
import { sessionSeconds } from './sessions/begin-session.ts';
import { checkedAdapter } from './sessions/checked-adapter.ts';
import { sessionCookie } from './sessions/session-cookie.ts';

export interface AuthOptions {
  /** the address that browsers see */
  readonly origin: string;
}

/**
 * Sessions of the panel and their cookies. Only its functions are called; its own routes are not served, so there is no sign-up and
 * no password reset to guard. Who may begin a session is `signing-in/`'s to say.
 */
export const createAuth = (deps: Pick<Dependencies, 'db' | 'keys' | 'ledger'>, { origin }: AuthOptions) => {
  const { protocol, port } = new URL(origin);
  return betterAuth({
    baseURL: origin,
    secret: deriveKey(deps.keys.keyRing, 'session').toString('base64url'),
    database: checkedAdapter(deps),
    user: {
      additionalFields: { username: { type: 'string', input: false }, role: { type: 'string', input: false } },
    },
    session: { expiresIn: sessionSeconds, disableSessionRefresh: true },
    // our own limits count failures only; its logger would write what people type
    rateLimit: { enabled: false },
    logger: { disabled: true },
    telemetry: { enabled: false },
    plugins: [sessionCookie],
    advanced: {
      // browsers do not tell ports apart: two stores on one machine need cookies of different names
      cookiePrefix: `secret-store-${port || 'default'}`,
      useSecureCookies: protocol === 'https:',
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
    },
  });
};

export type Auth = ReturnType<typeof createAuth>;
