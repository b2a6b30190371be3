import { createPrivateKey, X509Certificate } from 'node:crypto';
import { ConfigurationError } from '@secret-store/provider-sdk';

/** How the application authenticates to Entra ID. */
export type Authentication =
  | { readonly kind: 'secret'; readonly clientSecret: string }
  | { readonly kind: 'certificate'; readonly pem: string }
  | { readonly kind: 'federated'; readonly token: string };

const parsers: Record<string, (text: string) => Authentication> = {
  client_secret: (text) => parseSecret(text),
  client_certificate: (text) => parseCertificate(text),
  federated_token: (text) => parseToken(text),
};

/** @throws {ConfigurationError} unless exactly one of the three ways is given and valid */
export const parseAuthentication = (config: ReadonlyMap<string, string>): Authentication => {
  const given = Object.entries(parsers).flatMap(([key, parse]) => {
    const text = config.get(key) ?? '';
    return text === '' ? [] : [{ key, text, parse }];
  });
  const [first, second] = given;
  if (!first) {
    throw new ConfigurationError(
      'client_secret',
      'is missing, and so are client_certificate and federated_token: set one of them',
      { reason: 'missing' },
    );
  }
  if (second)
    throw new ConfigurationError(second.key, `cannot be combined with ${first.key}: set only one of them`, {
      reason: 'conflict',
    });
  return first.parse(first.text);
};

const parseSecret = (text: string): Authentication => {
  if (/[\p{Cc}\s]/u.test(text)) {
    throw new ConfigurationError('client_secret', 'must not contain a space, a line break or a control character', {
      reason: 'spaces',
    });
  }
  return { kind: 'secret', clientSecret: text };
};

/** Entra ID accepts only RSA keys. Returns the PEM in normal form, because the SDK finds the certificate by a pattern. */
const parseCertificate = (text: string): Authentication => {
  const key = 'client_certificate';
  const certificate = attempt(() => new X509Certificate(text));
  if (!certificate)
    throw new ConfigurationError(key, 'must contain a certificate in PEM', { reason: 'not-a-certificate' });
  const privateKey = attempt(() => createPrivateKey(text));
  if (!privateKey)
    throw new ConfigurationError(key, 'must contain a private key in PEM without a password', {
      reason: 'not-a-private-key',
    });
  if (privateKey.asymmetricKeyType !== 'rsa')
    throw new ConfigurationError(key, 'must have an RSA key', { reason: 'not-a-private-key' });
  if (!certificate.checkPrivateKey(privateKey))
    throw new ConfigurationError(key, 'contains a private key that does not belong to the certificate', {
      reason: 'other-private-key',
    });
  const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { kind: 'certificate', pem: `${certificate.toString()}\n${keyPem}` };
};

const parseToken = (text: string): Authentication => {
  const token = text.trim();
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) {
    throw new ConfigurationError('federated_token', 'is not a token: its file must contain a JSON Web Token', {
      reason: 'not-a-token',
    });
  }
  return { kind: 'federated', token };
};

/** Without the cause, which could quote the input. */
const attempt = <T>(parse: () => T): T | undefined => {
  try {
    return parse();
  } catch {
    return undefined;
  }
};
