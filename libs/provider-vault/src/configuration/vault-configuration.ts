import { ConfigurationError } from '@secret-store/provider-sdk';
import {
  type ConfigurationMap,
  optional,
  required,
  type TlsSettings,
  tlsSettings,
  url,
  wholeNumber,
  word,
} from '@secret-store/provider-sdk/configuration';
import type { Credentials } from './credentials.ts';
import { parseCredentials } from './parse-credentials.ts';
import { isWithin, parsePath } from './parse-path.ts';

export interface VaultConfiguration {
  /** Without a slash at the end. */
  readonly address: string;
  /** The value of the header; undefined: the server's default namespace. */
  readonly namespace: string | undefined;
  readonly credentials: Credentials;
  readonly tls: TlsSettings;
  /** The segments of `vault_secret_path`: a mount, and folders below it. */
  readonly path: readonly string[];
  /** Users may refer to existing secrets below these paths. Empty: no references. */
  readonly referencePaths: readonly (readonly string[])[];
  readonly requestMilliseconds: number;
}

/** The prefix of a reference's key. The key of one of our own secrets never begins with it. */
export const referenceMark = 'ref:';

const tlsKeys = { ca: 'vault_ca_certificate', cert: 'vault_client_certificate', key: 'vault_client_key' };

/** @throws {ConfigurationError} naming the key at fault, never its value */
export const parseVaultConfiguration = (config: ConfigurationMap): VaultConfiguration => {
  const path = parseSecretPath(config);
  return {
    address: url(config, 'vault_addr', { http: 'anywhere' }),
    namespace: parseNamespace(config),
    credentials: parseCredentials(config),
    tls: tlsSettings(config, tlsKeys),
    path,
    referencePaths: parseReferencePaths(config, path),
    requestMilliseconds:
      wholeNumber(config, 'vault_request_timeout_seconds', { minimum: 1, maximum: 10, fallback: 5 }) * 1_000,
  };
};

const parseSecretPath = (config: ConfigurationMap): string[] => {
  const key = 'vault_secret_path';
  const path = parsePath(key, required(config, key));
  if (path[0]?.startsWith(referenceMark)) {
    throw new ConfigurationError(key, `must not begin with ${referenceMark}, which marks the keys of references`, {
      reason: 'not-a-name',
    });
  }
  return path;
};

const parseNamespace = (config: ConfigurationMap): string | undefined => {
  const key = 'vault_namespace';
  const text = word(config, key, { fallback: undefined });
  return text === undefined ? undefined : parsePath(key, text).join('/');
};

const parseReferencePaths = (config: ConfigurationMap, ownPath: readonly string[]): string[][] => {
  const key = 'vault_reference_path';
  const text = optional(config, key);
  if (text === undefined) return [];
  const paths = text.split(',').map((part) => parsePath(key, part));
  if (paths.some((path) => isWithin(path, ownPath))) {
    throw new ConfigurationError(key, 'lies within vault_secret_path, whose secrets belong to the store itself', {
      reason: 'conflict',
    });
  }
  return paths;
};
