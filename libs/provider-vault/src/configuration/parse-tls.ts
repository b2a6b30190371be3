import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { ConfigurationError } from '@secret-store/provider-sdk';
import { type ConfigurationMap, given, required } from './configuration-keys.ts';
import { pemBlocks } from './pem.ts';

/** PEM, as Node's TLS expects it. Without `ca`, Node's own authorities are trusted. */
export interface TlsSettings {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

const keys = { ca: 'vault_ca_certificate', cert: 'vault_client_certificate', key: 'vault_client_key' };

/** @throws {ConfigurationError} also if certificate and key do not belong together */
export const parseTls = (config: ConfigurationMap): TlsSettings => {
  const ca = given(config, keys.ca);
  const wantsClient = [keys.cert, keys.key].some((key) => given(config, key) !== undefined);
  return {
    ...(ca !== undefined && { ca: certificates(keys.ca, ca).join('') }),
    ...(wantsClient && clientCertificate(config)),
  };
};

const clientCertificate = (config: ConfigurationMap): { cert: string; key: string } => {
  const chain = certificates(keys.cert, required(config, keys.cert));
  const [key, ...others] = pemBlocks(required(config, keys.key), /PRIVATE KEY$/);
  const privateKey = key === undefined || others.length > 0 ? undefined : parsed(() => createPrivateKey(key));
  if (key === undefined || privateKey === undefined) {
    throw new ConfigurationError(keys.key, 'must be one private key in PEM, without a passphrase', {
      reason: 'not-a-private-key',
    });
  }
  requirePair(chain[0] ?? '', privateKey);
  return { cert: chain.join(''), key };
};

const requirePair = (leaf: string, privateKey: KeyObject): void => {
  if (new X509Certificate(leaf).checkPrivateKey(privateKey)) return;
  throw new ConfigurationError(keys.key, `does not belong to the first certificate of ${keys.cert}`, {
    reason: 'other-private-key',
  });
};

const certificates = (key: string, text: string): string[] => {
  const blocks = pemBlocks(text, /^CERTIFICATE$/);
  if (blocks.length === 0 || !blocks.every((pem) => parsed(() => new X509Certificate(pem)))) {
    throw new ConfigurationError(key, 'must be certificates in PEM', { reason: 'not-a-certificate' });
  }
  return blocks;
};

/** Without the cause, which could quote part of the input. */
const parsed = <T>(parse: () => T): T | undefined => {
  try {
    return parse();
  } catch {
    return undefined;
  }
};
