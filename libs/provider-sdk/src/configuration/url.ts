import { ConfigurationError } from '../errors.ts';
import { type ConfigurationMap, type Fallback, parsed } from './values.ts';

export interface UrlOptions<F> extends Fallback<F> {
  /** Takes no path: only scheme, host and port. */
  readonly originOnly?: boolean;
  /**
   * Where http may lead: to this machine by default, for stand-ins in tests. With `anywhere`, everyone on the way can read
   * credentials and values.
   */
  readonly http?: 'nowhere' | 'this-machine' | 'anywhere';
}

/**
 * A URL, without a slash at the end: https, or http to this machine (`localhost`, 127.0.0.0/8 and ::1).
 * @throws {ConfigurationError} `missing` or `not-a-url`, also for a user, a query and a fragment
 */
export const url = <F = never>(config: ConfigurationMap, key: string, options: UrlOptions<F> = {}): string | F =>
  parsed(config, key, options, (text) => {
    const { http = 'this-machine' } = options;
    const problem = (rule: string) => new ConfigurationError(key, rule, { reason: 'not-a-url' });
    // without the cause, which would quote the address
    const parts = URL.canParse(text) ? new URL(text) : undefined;
    if (parts === undefined || !isSchemeAllowed(parts, http)) throw problem(rules[http]);
    if (parts.username !== '' || parts.password !== '' || parts.search !== '' || parts.hash !== '') {
      throw problem('must have no user, query or fragment');
    }
    if (options.originOnly === true && parts.pathname !== '/') throw problem('must have no path');
    return parts.href.replace(/\/+$/, '');
  });

const rules = {
  nowhere: 'must be a URL that begins with https://',
  'this-machine': 'must be a URL that begins with https://, or with http:// for a server on this machine',
  anywhere: 'must be a URL that begins with https:// or http://',
};

const isSchemeAllowed = ({ protocol, hostname }: URL, http: keyof typeof rules): boolean =>
  protocol === 'https:' ||
  (protocol === 'http:' && (http === 'anywhere' || (http === 'this-machine' && isThisMachine(hostname))));

/** `URL` writes each IPv4 address in four decimal numbers. */
const isThisMachine = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
