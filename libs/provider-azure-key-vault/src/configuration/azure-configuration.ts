import { ConfigurationError } from '@secret-store/provider-sdk';
import {
  certificates,
  type ConfigurationMap,
  flag,
  matching,
  optional,
  url,
  wholeNumber,
} from '@secret-store/provider-sdk/configuration';
import { type Authentication, parseAuthentication } from './authentication.ts';
import { isKnownVaultHost, publicAuthorityHost } from './clouds.ts';
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
export const parseAzureConfiguration = (config: ConfigurationMap): AzureConfiguration => {
  const vaultUrl = url(config, 'vault_url', origin);
  const namePrefix = matching(config, 'secret_name_prefix', prefix, prefixRule, { fallback: 'secret-store' });
  const referenceNames = optional(config, 'reference_names');
  const seconds = wholeNumber(config, 'request_timeout_seconds', { minimum: 1, maximum: 8, fallback: 5 });
  return {
    vaultUrl,
    authorityHost: url(config, 'authority_host', { ...origin, fallback: publicAuthorityHost }),
    tenantId: matching(config, 'tenant_id', identifier, identifierRule),
    clientId: matching(config, 'client_id', identifier, identifierRule),
    authentication: parseAuthentication(config),
    authorities: certificates(config, 'ca_certificate', { fallback: [] }),
    namePrefix,
    requestMilliseconds: seconds * 1_000,
    verifyChallengeResource: parseVerification(vaultUrl, flag(config, 'verify_challenge_resource', { fallback: true })),
    purgeOnDelete: flag(config, 'purge_on_delete', { fallback: false }),
    references: referenceNames === undefined ? undefined : new ReferenceNames(referenceNames, namePrefix),
  };
};

const origin = { originOnly: true, http: 'nowhere' } as const;

/** A GUID, or for a tenant one of its domains. */
const identifier = /^[0-9A-Za-z][0-9A-Za-z.-]{0,252}$/;
const identifierRule = 'contains a character that identifiers of Entra ID cannot have';

/** With a hyphen and a secret id of 36 characters a name has 127 at most. */
const prefix = /^[0-9A-Za-z](?:[0-9A-Za-z-]{0,88}[0-9A-Za-z])?$/;
const prefixRule = 'must have 1 to 90 of A to Z, a to z, 0 to 9 and -, and no - at its ends';

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
