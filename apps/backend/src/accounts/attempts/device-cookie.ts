import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { deriveKey } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';

const nonceBytes = 16;
const yearSeconds = 365 * 24 * 60 * 60;

/** What sign-in names its cookies by. */
export interface CookieNames {
  readonly $context: Promise<{
    createAuthCookie(
      name: string,
      attributes: { readonly maxAge: number },
    ): { readonly name: string; readonly attributes: { readonly secure?: boolean | undefined } };
  }>;
}

type Keys = Pick<Dependencies, 'keys'>;

const sign = ({ keys }: Keys, text: string): Buffer =>
  createHmac('sha256', deriveKey(keys.keyRing, 'device-cookie')).update(text).digest();

/** A cookie for each account, so that people who share a browser keep their own. Its name does not tell the account's. */
const cookieOf = async (deps: Keys, auth: CookieNames, username: string) => {
  const account = sign(deps, `name\0${username}`).toString('hex').slice(0, 16);
  return (await auth.$context).createAuthCookie(`device_${account}`, { maxAge: yearSeconds });
};

const valueOf = (cookies: string, name: string): string | null => {
  const pair = cookies.split(/; */).find((text) => text.startsWith(`${name}=`));
  return pair === undefined ? null : pair.slice(name.length + 1);
};

const tagOf = (deps: Keys, username: string, device: string): Buffer => sign(deps, `device\0${username}\0${device}`);

/**
 * The device of these cookies, where it has signed in to this account before; null for any other.
 * @see https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
 */
export const knownDevice = async (
  deps: Keys,
  auth: CookieNames,
  { username, cookies }: { readonly username: string; readonly cookies: string },
): Promise<string | null> => {
  const { name } = await cookieOf(deps, auth, username);
  const [device = '', tag = ''] = (valueOf(cookies, name) ?? '').split('.');
  const given = Buffer.from(tag, 'base64url');
  const right = tagOf(deps, username, device);
  return given.length === right.length && timingSafeEqual(given, right) ? device : null;
};

/** The Set-Cookie header by which this device is known to the account from now on. */
export const rememberDevice = async (deps: Keys, auth: CookieNames, username: string): Promise<string> => {
  const { name, attributes } = await cookieOf(deps, auth, username);
  const device = randomBytes(nonceBytes).toString('base64url');
  const value = `${device}.${tagOf(deps, username, device).toString('base64url')}`;
  const secure = attributes.secure === true ? '; Secure' : '';
  return `${name}=${value}; Max-Age=${yearSeconds}; Path=/; HttpOnly; SameSite=Lax${secure}`;
};
