import type { Logger } from 'pino';
import type { TrustedProxies } from './trusted-proxies.ts';

export interface PublicAddress {
  readonly publicUrl: string | null;
  readonly tls: object | null;
  readonly trustedProxies: TrustedProxies;
}

/** One warning where a proxy stands in front whose word on the client is not believed. */
export const warnOfProxy = ({ publicUrl, tls, trustedProxies }: PublicAddress, log: Pick<Logger, 'warn'>): void => {
  if (publicUrl?.startsWith('https:') !== true || tls !== null || !trustedProxies.isEmpty) return;
  log.warn(
    'SECRET_STORE_PUBLIC_URL is https and SECRET_STORE_TRUSTED_PROXIES is not set, so all clients count as the one address of ' +
      'the proxy in front, in the audit and where guesses are slowed down: set SECRET_STORE_TRUSTED_PROXIES to its address',
  );
};
