import { isIP } from 'node:net';

/** Whom passkeys are made for. */
export interface RelyingParty {
  /** a name: browsers make no passkey for an address */
  readonly id: string;
  readonly origin: string;
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);

const withoutBrackets = (hostname: string): string => hostname.replaceAll(/[[\]]/g, '');

/**
 * On loopback it is `localhost`, whichever address the store listens on.
 * @param origin the address that browsers see
 * @returns null where browsers make no passkeys: without TLS, and for an address in place of a name
 */
export const relyingPartyOf = (origin: string): RelyingParty | null => {
  const { hostname, protocol, port } = new URL(origin);
  if (isLoopback(hostname)) {
    const end = port === '' ? '' : `:${port}`;
    return { id: 'localhost', origin: `${protocol}//localhost${end}` };
  }
  if (protocol !== 'https:' || isIP(withoutBrackets(hostname)) !== 0) return null;
  return { id: hostname, origin: new URL(origin).origin };
};
