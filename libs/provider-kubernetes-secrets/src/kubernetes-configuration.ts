import { ConfigurationError } from '@secret-store/provider-sdk';
import * as configuration from '@secret-store/provider-sdk/configuration';
import { ReferenceNames } from './reference-names.ts';

export interface KubernetesConfiguration {
  readonly server: string;
  readonly namespace: string;
  readonly tls: configuration.TlsSettings;
  /** undefined: the client certificate says who we are */
  readonly token: string | undefined;
  readonly ttlSeconds: number;
  readonly namePrefix: string;
  /** undefined: none are allowed */
  readonly references: ReferenceNames | undefined;
}

/** A token is renewed when 80 % of its lifetime are over, which is 600 s or more: an old one is valid for 120 s. */
const fileTtlSeconds = 60;

/** A label of DNS: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const labelRule = 'takes 1 to 63 small letters, digits and -, and begins and ends with a letter or digit';

/** @throws {ConfigurationError} naming the key at fault, never its value */
export const parseKubernetesConfiguration = (config: configuration.ConfigurationMap): KubernetesConfiguration => {
  const ca = onlyOne(config, ['ca_certificate', 'ca_certificate_file']) ?? 'ca_certificate';
  const credential = onlyOne(config, ['token', 'token_file', 'client_certificate']) ?? 'token';
  const references = configuration.optional(config, 'reference_names');
  return {
    server: configuration.url(config, 'api_server'),
    namespace: configuration.matching(config, 'namespace', label, labelRule),
    tls: configuration.tlsSettings(config, { ca, cert: 'client_certificate', key: 'client_key' }),
    token: credential === 'client_certificate' ? undefined : configuration.word(config, credential),
    ttlSeconds: [ca, credential].some((key) => key.endsWith('_file')) ? fileTtlSeconds : 0,
    namePrefix: configuration.matching(config, 'secret_name_prefix', label, labelRule, { fallback: 'secret-store' }),
    references: references === undefined ? undefined : new ReferenceNames(references),
  };
};

/** The one of these keys that has a value. */
const onlyOne = (config: configuration.ConfigurationMap, keys: readonly string[]): string | undefined => {
  const [key, another] = keys.filter((each) => configuration.optional(config, each) !== undefined);
  if (another === undefined) return key;
  throw new ConfigurationError(another, `cannot be combined with ${key}`, { reason: 'conflict' });
};
