import { createPrivateKey } from 'node:crypto';
import { ConfigurationError } from '@secret-store/provider-sdk';
import {
  clientCertificate,
  type ConfigurationMap,
  optional,
  required,
  word,
} from '@secret-store/provider-sdk/configuration';

/** How the application authenticates to Entra ID. */
export type Authentication =
  | { readonly kind: 'secret'; readonly clientSecret: string }
  | { readonly kind: 'certificate'; readonly pem: string }
  | { readonly kind: 'federated'; readonly token: string };

const parsers: Record<string, (config: ConfigurationMap) => Authentication> = {
  client_secret: (config) => ({ kind: 'secret', clientSecret: word(config, 'client_secret') }),
  client_certificate: (config) => parseCertificate(config),
  federated_token: (config) => parseToken(config),
};

/** @throws {ConfigurationError} unless exactly one of the three ways is given and valid */
export const parseAuthentication = (config: ConfigurationMap): Authentication => {
  const given = Object.entries(parsers).filter(([key]) => optional(config, key) !== undefined);
  const [first, second] = given;
  if (!first) {
    throw new ConfigurationError(
      'client_secret',
      'is missing, and so are client_certificate and federated_token: set one of them',
      { reason: 'missing' },
    );
  }
  if (second)
    throw new ConfigurationError(second[0], `cannot be combined with ${first[0]}: set only one of them`, {
      reason: 'conflict',
    });
  return first[1](config);
};

/** Entra ID accepts only RSA keys. */
const parseCertificate = (config: ConfigurationMap): Authentication => {
  const name = 'client_certificate';
  const { cert, key } = clientCertificate(config, { cert: name, key: name });
  const privateKey = createPrivateKey(key);
  if (privateKey.asymmetricKeyType !== 'rsa')
    throw new ConfigurationError(name, 'must have an RSA key', { reason: 'not-a-private-key' });
  return { kind: 'certificate', pem: `${cert}${privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()}` };
};

const parseToken = (config: ConfigurationMap): Authentication => {
  const token = required(config, 'federated_token').trim();
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) {
    throw new ConfigurationError('federated_token', 'is not a token: its file must contain a JSON Web Token', {
      reason: 'not-a-token',
    });
  }
  return { kind: 'federated', token };
};
