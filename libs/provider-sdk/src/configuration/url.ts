import { ConfigurationError } from '../errors.ts';
import { type ConfigurationMap, type Fallback, parsed } from './values.ts';

export interface UrlOptions<F> extends Fallback<F> {
  /** Takes no path: only scheme, host and port. */
  readonly originOnly?: boolean;
  /** Takes http to other machines too, where whoever is on the way reads credentials and values. */
  readonly plaintext?: boolean;
}

/**
 * A URL, without a slash at the end: https, or http to this machine (`localhost`, 127.0.0.0/8 and ::1), for stand-ins in tests.
 * @throws {ConfigurationError} `missing` or `not-a-url`, also for a user, a query and a fragment
 */
export const url = <F = never>(config: ConfigurationMap, key: string, options: UrlOptions<F> = {}): string | F =>
  parsed(config, key, options, (text) => {
    const problem = (rule: string) => new ConfigurationError(key, rule, { reason: 'not-a-url' });
    // without the cause, which would quote the address
    const parts = URL.canParse(text) ? new URL(text) : undefined;
    if (parts?.protocol !== 'https:' && parts?.protocol !== 'http:') {
      throw problem(`must be a URL that begins with https://${options.plaintext ? ' or http://' : ''}`);
    }
    if (parts.protocol === 'http:' && options.plaintext !== true && !isThisMachine(parts.hostname)) {
      throw problem('must begin with https://: http is only for a server on this machine');
    }
    if (parts.username !== '' || parts.password !== '' || parts.search !== '' || parts.hash !== '') {
      throw problem('must have no user, query or fragment');
    }
    if (options.originOnly === true && parts.pathname !== '/') throw problem('must have no path');
    return parts.href.replace(/\/+$/, '');
  });

/** `URL` writes each IPv4 address in four decimal numbers. */
const isThisMachine = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
