import { randomBytes } from 'node:crypto';
import type { CookieNames } from '../../attempts/device-cookie.ts';
import { attemptSeconds } from './sign-in-request.ts';

const attemptBytes = 16;
const form = /^[\w-]{22}$/;

const cookieOf = async (auth: CookieNames) =>
  (await auth.$context).createAuthCookie('sign_in_attempt', { maxAge: attemptSeconds });

/** The browser's own random text, by which its requests are told from those of other browsers; null for none. */
export const attemptOf = async (auth: CookieNames, cookies: string): Promise<string | null> => {
  const { name } = await cookieOf(auth);
  const pair = cookies.split(/; */).find((text) => text.startsWith(`${name}=`));
  const attempt = pair?.slice(name.length + 1);
  return attempt !== undefined && form.test(attempt) ? attempt : null;
};

/**
 * The browser's text, or a new one, with the header that keeps it: several tabs have the same. What an identity provider's page posts comes
 * without it, and is sent again from here: `saml/send-again.ts`.
 */
export const keepAttempt = async (
  auth: CookieNames,
  cookies: string,
): Promise<{ readonly attempt: string; readonly setCookie: string }> => {
  const attempt = (await attemptOf(auth, cookies)) ?? randomBytes(attemptBytes).toString('base64url');
  const { name, attributes } = await cookieOf(auth);
  const secure = attributes.secure === true ? '; Secure' : '';
  const setCookie = `${name}=${attempt}; Max-Age=${attemptSeconds}; Path=/; HttpOnly; SameSite=Lax${secure}`;
  return { attempt, setCookie };
};
