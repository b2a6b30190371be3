import { Actor } from '@secret-store/api';
import type { Auth } from './auth.ts';

/** Null when the cookie names no session that is still good. */
export const findActorBySession = async (auth: Auth, headers: Headers): Promise<Actor | null> => {
  const found = await auth.api.getSession({ headers });
  if (!found) return null;
  const { id, username, role } = found.user;
  return Actor.parse({ userId: id, username, role, sessionId: found.session.id });
};

/** @returns Set-Cookie headers that let a browser into a session that has begun */
export const cookiesOf = async (auth: Auth, { token }: { readonly token: string }): Promise<string[]> => {
  const { headers } = await auth.api.setCookieOfSession({ body: { token }, returnHeaders: true });
  return headers.getSetCookie();
};

/**
 * Ends the session of these request headers.
 * @returns Set-Cookie headers that clear it
 */
export const signOut = async (auth: Auth, headers: Headers): Promise<readonly string[]> => {
  const response = await auth.api.signOut({ headers, asResponse: true });
  return response.headers.getSetCookie();
};
