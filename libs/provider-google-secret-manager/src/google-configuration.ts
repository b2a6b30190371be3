import { createPrivateKey, type KeyObject } from 'node:crypto';
import { ConfigurationError } from '@secret-store/provider-sdk';
import { type ConfigurationMap, matching, optional, required, url } from '@secret-store/provider-sdk/configuration';

export interface ServiceAccount {
  readonly email: string;
  readonly keyId: string;
  readonly key: KeyObject;
}

/** A token of another platform, for which Google's token service gives one of its own. */
export interface FederatedIdentity {
  readonly token: string;
  readonly provider: string;
  readonly tokenService: string;
}

export type GoogleIdentity = ServiceAccount | FederatedIdentity;

export interface GoogleConfiguration {
  /** An origin, such as https://secretmanager.googleapis.com. */
  readonly endpoint: string;
  /** `projects/<id>`, and for regional secrets `/locations/<location>`. */
  readonly parent: string;
  readonly identity: GoogleIdentity;
  readonly namePrefix: string;
  /** What the names of secrets begin with that users may refer to. */
  readonly referencePrefix: string | undefined;
  /** The policy of new secrets, as a creation takes it; regional secrets have none. */
  readonly replication: object | undefined;
}

const nameRule = [/^[A-Za-z0-9_-]{1,200}$/, 'takes 1 to 200 letters, digits, _ and -'] as const;
const none = { fallback: undefined };

/** @throws {ConfigurationError} naming the key at fault, never its value */
export const parseGoogleConfiguration = (config: ConfigurationMap): GoogleConfiguration => {
  const project = matching(config, 'project_id', /^[a-z0-9][a-z0-9.:-]{0,99}$/, 'must be the ID of a project');
  const location = matching(config, 'location', /^[a-z0-9-]+$/, 'must be a location such as europe-west3', none);
  const isRegional = location !== undefined;
  // only the administrator can name the host of a location: a plugin reaches what its manifest or its configuration lists
  const elsewhere = isRegional ? {} : { fallback: 'https://secretmanager.googleapis.com' };
  return {
    endpoint: url(config, 'endpoint', { originOnly: true, ...elsewhere }),
    parent: `projects/${project}${isRegional ? `/locations/${location}` : ''}`,
    identity: parseIdentity(config),
    namePrefix: matching(config, 'secret_name_prefix', ...nameRule, { fallback: 'secret-store-' }),
    referencePrefix: matching(config, 'reference_prefix', ...nameRule, none),
    replication: parseReplication(config, isRegional),
  };
};

const parseReplication = (config: ConfigurationMap, isRegional: boolean): object | undefined => {
  const key = 'replica_locations';
  const text = matching(config, key, /^[a-z0-9-]+(\s*,\s*[a-z0-9-]+)*$/, 'must list locations, with commas', none);
  if (text === undefined) return isRegional ? undefined : { automatic: {} };
  if (isRegional) throw new ConfigurationError(key, 'cannot be combined with location', { reason: 'conflict' });
  return { userManaged: { replicas: text.split(',').map((location) => ({ location: location.trim() })) } };
};

const parseIdentity = (config: ConfigurationMap): GoogleIdentity => {
  const keys = ['service_account_key', 'service_account_file', 'federated_token'];
  const [key = 'service_account_key', other] = keys.filter((name) => optional(config, name) !== undefined);
  if (other) throw new ConfigurationError(other, `cannot be combined with ${key}`, { reason: 'conflict' });
  if (key !== 'federated_token') return parseServiceAccount(config, key);
  const provider = /^projects\/\d+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]+\/providers\/[a-z0-9-]+$/;
  return {
    token: required(config, key).trim(),
    provider: matching(config, 'workload_identity_provider', provider, 'must be the full name of a provider of a pool'),
    tokenService: url(config, 'token_service', { originOnly: true, fallback: 'https://sts.googleapis.com' }),
  };
};

const parseServiceAccount = (config: ConfigurationMap, name: string): ServiceAccount => {
  const text = required(config, name);
  try {
    // a file that Google makes; what is not in it is noticed below
    const { client_email, private_key_id, private_key = '' } = JSON.parse(text) as Partial<Record<string, string>>;
    const key = createPrivateKey(private_key);
    const isWhole = client_email && private_key_id && key.asymmetricKeyType === 'rsa';
    if (isWhole) return { email: client_email, keyId: private_key_id, key };
  } catch {
    // reported below, without the cause, which could quote the key
  }
  throw new ConfigurationError(name, 'must be the key of a service account, in JSON', { reason: 'not-a-private-key' });
};
