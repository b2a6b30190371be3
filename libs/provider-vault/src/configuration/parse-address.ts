import { ConfigurationError } from '@secret-store/provider-sdk';
import { type ConfigurationMap, required } from './configuration-keys.ts';

/**
 * `vault_addr` without a slash at the end.
 * @throws {ConfigurationError}
 */
export const parseAddress = (config: ConfigurationMap): string => {
  const key = 'vault_addr';
  const text = required(config, key);
  // Without the cause, which would quote the address.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new ConfigurationError(key, 'must be a URL that begins with https:// or http://', { reason: 'not-a-url' });
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ConfigurationError(key, 'must have no user, query or fragment', { reason: 'not-a-url' });
  }
  return url.href.replace(/\/+$/, '');
};
