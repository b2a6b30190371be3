import { createPrivateKey, X509Certificate } from 'node:crypto';
import { ConfigurationError } from '@secret-store/provider-sdk';

/** How the application proves to Entra ID that it is itself. */
export type Authentication =
  | { readonly kind: 'secret'; readonly clientSecret: string }
  | { readonly kind: 'certificate'; readonly pem: string }
  | { readonly kind: 'federated'; readonly token: string };

const parsers: Record<string, (text: string) => Authentication> = {
  client_secret: (text) => parseSecret(text),
  client_certificate: (text) => parseCertificate(text),
  federated_token: (text) => parseToken(text),
};

/** @throws {ConfigurationError} unless exactly one of the three ways is given, and that one well */
export const parseAuthentication = (config: ReadonlyMap<string, string>): Authentication => {
  const given = Object.entries(parsers).flatMap(([key, parse]) => {
    const text = config.get(key) ?? '';
    return text === '' ? [] : [{ key, text, parse }];
  });
  const [first, second] = given;
  if (!first) {
    throw new ConfigurationError('client_secret', 'is missing, and so are client_certificate and federated_token: give one');
  }
  if (second) throw new ConfigurationError(second.key, `is given beside ${first.key}: give one of them`);
  return first.parse(first.text);
};

const parseSecret = (text: string): Authentication => {
  if (/[\p{Cc}\s]/u.test(text)) {
    throw new ConfigurationError('client_secret', 'holds a space, a line break or a control character');
  }
  return { kind: 'secret', clientSecret: text };
};

/** Entra ID takes RSA keys only. Written out again, because the SDK finds a certificate with a pattern of its own. */
const parseCertificate = (text: string): Authentication => {
  const key = 'client_certificate';
  const certificate = attempt(() => new X509Certificate(text));
  if (!certificate) throw new ConfigurationError(key, 'holds no certificate in PEM');
  const privateKey = attempt(() => createPrivateKey(text));
  if (!privateKey) throw new ConfigurationError(key, 'holds no private key in PEM, or one under a password');
  if (privateKey.asymmetricKeyType !== 'rsa') throw new ConfigurationError(key, 'must have an RSA key');
  if (!certificate.checkPrivateKey(privateKey)) throw new ConfigurationError(key, 'has a key of another certificate');
  const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { kind: 'certificate', pem: `${certificate.toString()}\n${keyPem}` };
};

const parseToken = (text: string): Authentication => {
  const token = text.trim();
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) {
    throw new ConfigurationError('federated_token', 'is no token: its file must hold a JSON Web Token');
  }
  return { kind: 'federated', token };
};

/** Without the cause: it could quote what it refuses. */
const attempt = <T>(parse: () => T): T | undefined => {
  try {
    return parse();
  } catch {
    return undefined;
  }
};
