import { ConfigurationError } from '@secret-store/provider-sdk';

export interface VaultConfiguration {
  /** Without a slash at the end. */
  readonly address: string;
  readonly token: string;
  /** The segments of `vault_secret_path`: a mount, and folders below it. */
  readonly path: readonly string[];
}

/** @throws {ConfigurationError} naming the key at fault, never its value */
export function parseVaultConfiguration(config: ReadonlyMap<string, string>): VaultConfiguration {
  return {
    address: parseAddress(required(config, 'vault_addr')),
    token: parseToken(required(config, 'vault_token')),
    path: parsePath(required(config, 'vault_secret_path')),
  };
}

function required(config: ReadonlyMap<string, string>, key: string): string {
  const value = config.get(key);
  if (value === undefined || value === '') throw new ConfigurationError(key, 'is missing');
  return value;
}

function parseAddress(text: string): string {
  const key = 'vault_addr';
  // The cause would quote the address.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new ConfigurationError(key, 'must be a URL that begins with https:// or http://');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ConfigurationError(key, 'must have no user, query or fragment');
  }
  return url.href.replace(/\/+$/, '');
}

function parseToken(text: string): string {
  if (!/^[\x21-\x7e]+$/.test(text)) {
    throw new ConfigurationError('vault_token', 'holds a space, a line break or another character that no token has');
  }
  return text;
}

function parsePath(text: string): string[] {
  const key = 'vault_secret_path';
  const segments = text.replace(/^\/+|\/+$/g, '').split('/');
  if (segments.some((segment) => segment === '')) throw new ConfigurationError(key, 'has an empty segment');
  if (segments.some((segment) => segment === '.' || segment === '..')) {
    throw new ConfigurationError(key, 'must not have . or .. as a segment');
  }
  if (/\p{Cc}/u.test(text)) throw new ConfigurationError(key, 'holds a control character');
  if (text.length > 512) throw new ConfigurationError(key, 'is longer than 512 characters');
  return segments;
}
