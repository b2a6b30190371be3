import { X509Certificate } from 'node:crypto';
import { ConfigurationError } from '@secret-store/provider-sdk';
import { type Authentication, parseAuthentication } from './authentication.ts';
import { isKnownVaultHost, publicAuthorityHost } from './clouds.ts';
import { defaultAzureLimits } from './limits.ts';
import { ReferenceNames } from './reference-names.ts';

export interface AzureConfiguration {
  /** An origin, such as https://example.vault.azure.net. */
  readonly vaultUrl: string;
  readonly authorityHost: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly authentication: Authentication;
  /** Certificates to trust in addition to those of Node.js. */
  readonly authorities: readonly string[];
  readonly namePrefix: string;
  readonly requestMilliseconds: number;
  readonly verifyChallengeResource: boolean;
  readonly purgeOnDelete: boolean;
  readonly references: ReferenceNames | undefined;
}

/** @throws {ConfigurationError} naming the key at fault, never its value */
export const parseAzureConfiguration = (config: ReadonlyMap<string, string>): AzureConfiguration => {
  const vaultUrl = parseOrigin('vault_url', required(config, 'vault_url'));
  const tenantId = parseIdentifier('tenant_id', required(config, 'tenant_id'));
  const clientId = parseIdentifier('client_id', required(config, 'client_id'));
  const namePrefix = parsePrefix(optional(config, 'secret_name_prefix') ?? 'secret-store');
  const referenceNames = optional(config, 'reference_names');
  return {
    vaultUrl,
    authorityHost: parseOrigin('authority_host', optional(config, 'authority_host') ?? publicAuthorityHost),
    tenantId,
    clientId,
    authentication: parseAuthentication(config),
    authorities: parseAuthorities(optional(config, 'ca_certificate')),
    namePrefix,
    requestMilliseconds: parseTimeout(optional(config, 'request_timeout_seconds')),
    verifyChallengeResource: parseVerification(vaultUrl, parseBoolean(config, 'verify_challenge_resource', true)),
    purgeOnDelete: parseBoolean(config, 'purge_on_delete', false),
    references: referenceNames === undefined ? undefined : new ReferenceNames(referenceNames, namePrefix),
  };
};

const optional = (config: ReadonlyMap<string, string>, key: string): string | undefined => {
  const value = config.get(key);
  return value === '' ? undefined : value;
};

const required = (config: ReadonlyMap<string, string>, key: string): string => {
  const value = optional(config, key);
  if (value === undefined) throw new ConfigurationError(key, 'is missing', { reason: 'missing' });
  return value;
};

const parseOrigin = (key: string, text: string): string => {
  // Without the cause, which would quote the address.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:')
    throw new ConfigurationError(key, 'must be a URL that begins with https://', { reason: 'not-a-url' });
  if (`${url.origin}/` !== url.href)
    throw new ConfigurationError(key, 'must have no user, path, query or fragment', { reason: 'not-a-url' });
  return url.origin;
};

/** A GUID, or for a tenant one of its domains. */
const parseIdentifier = (key: string, text: string): string => {
  if (!/^[0-9A-Za-z][0-9A-Za-z.-]{0,252}$/.test(text)) {
    throw new ConfigurationError(key, 'contains a character that identifiers of Entra ID cannot have', {
      reason: 'not-a-name',
    });
  }
  return text;
};

/** With a hyphen and a secret id of 36 characters a name has 127 at most. */
const parsePrefix = (text: string): string => {
  if (!/^[0-9A-Za-z](?:[0-9A-Za-z-]{0,88}[0-9A-Za-z])?$/.test(text)) {
    throw new ConfigurationError(
      'secret_name_prefix',
      'must have 1 to 90 of A to Z, a to z, 0 to 9 and -, and no - at its ends',
      { reason: 'not-a-name' },
    );
  }
  return text;
};

const parseAuthorities = (text: string | undefined): string[] => {
  if (text === undefined) return [];
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    const authorities = blocks.map((block) => new X509Certificate(block).toString());
    if (authorities.length > 0) return authorities;
  } catch {
    // reported below, without the cause, which could quote the text
  }
  throw new ConfigurationError('ca_certificate', 'must contain a certificate in PEM', { reason: 'not-a-certificate' });
};

const parseTimeout = (text: string | undefined): number => {
  if (text === undefined) return defaultAzureLimits.requestMilliseconds;
  if (!/^[1-8]$/.test(text))
    throw new ConfigurationError('request_timeout_seconds', 'must be a whole number from 1 to 8', {
      reason: 'not-a-number',
    });
  return Number(text) * 1_000;
};

const parseBoolean = (config: ReadonlyMap<string, string>, key: string, fallback: boolean): boolean => {
  const text = optional(config, key);
  if (text === undefined) return fallback;
  if (text !== 'true' && text !== 'false')
    throw new ConfigurationError(key, 'must be true or false', { reason: 'not-a-choice' });
  return text === 'true';
};

const parseVerification = (vaultUrl: string, verify: boolean): boolean => {
  if (!verify && isKnownVaultHost(new URL(vaultUrl).hostname)) {
    throw new ConfigurationError(
      'verify_challenge_resource',
      'can be false only for a vault outside the Azure clouds',
      { reason: 'conflict' },
    );
  }
  return verify;
};
