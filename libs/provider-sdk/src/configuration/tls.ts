import { createPrivateKey, X509Certificate } from 'node:crypto';
import { ConfigurationError } from '../errors.ts';
import { pemBlocks } from './pem-blocks.ts';
import { type ConfigurationMap, type Fallback, optional, parsed, required } from './values.ts';

/** PEM, as `HttpClient` and Node's TLS take it. Without `ca`, the authorities that Node.js knows are trusted. */
export interface TlsSettings {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface TlsKeys {
  /** The key with the authorities to trust. */
  readonly ca: string;
  /** The keys with the client's certificate, its own first, and its private key. Both may name the same key. */
  readonly cert?: string;
  readonly key?: string;
}

/**
 * What the configuration says about TLS. All of its keys are optional, but a client certificate and its private key need each other.
 * @throws {ConfigurationError} naming the key at fault
 */
export const tlsSettings = (config: ConfigurationMap, keys: TlsKeys): TlsSettings => {
  const ca = certificates(config, keys.ca, { fallback: [] });
  const { cert, key } = keys;
  const isGiven = [cert, key].some((name) => name !== undefined && optional(config, name) !== undefined);
  return {
    ...(ca.length > 0 && { ca: ca.join('') }),
    ...(isGiven && cert !== undefined && key !== undefined && clientCertificate(config, { cert, key })),
  };
};

/**
 * Certificates in PEM, each with its line breaks restored: a field of one line drops them. Text and blocks of other kinds
 * between them are skipped.
 * @throws {ConfigurationError} `missing` or `not-a-certificate`
 */
export const certificates = <F = never>(
  config: ConfigurationMap,
  key: string,
  options: Fallback<F> = {},
): string[] | F =>
  parsed(config, key, options, (text) => {
    const blocks = pemBlocks(text, /^CERTIFICATE$/);
    if (blocks.length > 0 && blocks.every((pem) => attempt(() => new X509Certificate(pem)))) return blocks;
    throw new ConfigurationError(key, 'must be certificates in PEM', { reason: 'not-a-certificate' });
  });

/**
 * A certificate with its chain and its private key, both required.
 * @throws {ConfigurationError} `missing`, `not-a-certificate`, `not-a-private-key` or `other-private-key`
 */
export const clientCertificate = (
  config: ConfigurationMap,
  keys: { readonly cert: string; readonly key: string },
): { cert: string; key: string } => {
  const chain = certificates(config, keys.cert);
  const [pem, ...others] = pemBlocks(required(config, keys.key), /PRIVATE KEY$/);
  const privateKey = pem === undefined || others.length > 0 ? undefined : attempt(() => createPrivateKey(pem));
  if (pem === undefined || privateKey === undefined) {
    throw new ConfigurationError(keys.key, 'must be one private key in PEM, without a passphrase', {
      reason: 'not-a-private-key',
    });
  }
  if (!new X509Certificate(chain[0] ?? '').checkPrivateKey(privateKey)) {
    throw new ConfigurationError(keys.key, `does not belong to the first certificate of ${keys.cert}`, {
      reason: 'other-private-key',
    });
  }
  return { cert: chain.join(''), key: pem };
};

/** Without the cause, which could quote part of the input. */
const attempt = <T>(parse: () => T): T | undefined => {
  try {
    return parse();
  } catch {
    return undefined;
  }
};
