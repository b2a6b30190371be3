import { ConfigurationError } from '@secret-store/provider-sdk';
import type { Credentials } from './credentials.ts';
import { parseCredentials } from './parse-credentials.ts';
import { type ConfigurationMap, given, required, requiredWord } from './configuration-keys.ts';
import { parseAddress } from './parse-address.ts';
import { isWithin, parsePath } from './parse-path.ts';
import { parseTls, type TlsSettings } from './parse-tls.ts';

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

const defaultRequestSeconds = 5;
const maxRequestSeconds = 10;

/** @throws {ConfigurationError} naming the key at fault, never its value */
export const parseVaultConfiguration = (config: ConfigurationMap): VaultConfiguration => {
  const path = parseSecretPath(config);
  return {
    address: parseAddress(config),
    namespace: parseNamespace(config),
    credentials: parseCredentials(config),
    tls: parseTls(config),
    path,
    referencePaths: parseReferencePaths(config, path),
    requestMilliseconds: parseRequestSeconds(config) * 1_000,
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
  if (given(config, key) === undefined) return undefined;
  return parsePath(key, requiredWord(config, key)).join('/');
};

const parseReferencePaths = (config: ConfigurationMap, ownPath: readonly string[]): string[][] => {
  const key = 'vault_reference_path';
  const text = given(config, key);
  if (text === undefined) return [];
  const paths = text.split(',').map((part) => parsePath(key, part));
  if (paths.some((path) => isWithin(path, ownPath))) {
    throw new ConfigurationError(key, 'lies within vault_secret_path, whose secrets belong to the store itself', {
      reason: 'conflict',
    });
  }
  return paths;
};

const parseRequestSeconds = (config: ConfigurationMap): number => {
  const key = 'vault_request_timeout_seconds';
  const text = given(config, key) ?? String(defaultRequestSeconds);
  const seconds = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || seconds > maxRequestSeconds) {
    throw new ConfigurationError(key, `must be a whole number from 1 to ${maxRequestSeconds}`, {
      reason: 'not-a-number',
    });
  }
  return seconds;
};
