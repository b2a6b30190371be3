import type { BetterAuthPlugin } from 'better-auth';
import { createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';

/** better-auth's types of them have more fields, which it does not read to set a cookie. */
type Signed = Parameters<typeof setSessionCookie>[1];

/** Lets a session that began in a change of ours into the browser: its only route sets the cookie. */
export const sessionCookie = {
  id: 'session-cookie',
  endpoints: {
    setCookieOfSession: createAuthEndpoint(
      '/set-cookie-of-session',
      { method: 'POST', body: z.object({ token: z.string() }), metadata: { SERVER_ONLY: true } },
      async (ctx) => {
        await setSessionCookie(ctx, { session: { token: ctx.body.token }, user: {} } as Signed);
        return ctx.json(null);
      },
    ),
  },
} satisfies BetterAuthPlugin;
