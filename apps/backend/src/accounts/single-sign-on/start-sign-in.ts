import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import type { CookieNames } from '../attempts/device-cookie.ts';
import { keepAttempt } from './requests/attempt-cookie.ts';
import { protocolOf } from './protocols.ts';
import { newSignInRequest } from './requests/sign-in-request.ts';

export interface Starting {
  readonly deps: Pick<Dependencies, 'keys'>;
  readonly auth: CookieNames;
  /** the address that browsers see */
  readonly origin: string;
}

interface Start {
  /** the browser's Cookie header */
  readonly cookies: string;
  readonly returnTo: string;
  /** the user whose account an identity is linked to; null: somebody signs in */
  readonly link: string | null;
}

/** A path of this store; its first page for all else. */
const ownPath = (origin: string, text: string): string => {
  const own = new URL(origin).origin;
  if (!text.startsWith('/') || !URL.canParse(text, own)) return '/';
  const { origin: there, pathname, search, hash } = new URL(text, own);
  // a path that begins with two slashes is another host
  return there === own && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : '/';
};

/** Where the browser is sent to sign in. @throws {NotSignedIn} where the identity provider cannot be asked */
export const startSignIn = async (
  { deps, auth, origin }: Starting,
  connection: Rows['signInConnection'],
  { cookies, returnTo, link }: Start,
): Promise<{ readonly url: string; readonly setCookies: readonly string[] }> => {
  const protocol = protocolOf(deps, connection);
  const { attempt, setCookie } = await keepAttempt(auth, cookies);
  const bound = { connectionId: connection.id, attempt };
  const request = newSignInRequest(deps, bound, { returnTo: ownPath(origin, returnTo), link });
  const url = await protocol.start({ connection, origin, request });
  return { url: url.href, setCookies: [setCookie] };
};
