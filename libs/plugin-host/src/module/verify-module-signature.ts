import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { PluginModuleError } from './plugin-module-error.ts';

const label = Buffer.from('secret-store-plugin-v1\0', 'latin1');
const rawKeyBytes = 32;
const signatureBytes = 64;
/** An Ed25519 key in the form of RFC 8410, up to the key itself. */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

const pemKeys = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g;

export const trustedKeysRule = 'must list Ed25519 public keys, each 32 bytes in base64, separated by commas';

/**
 * SECRET_STORE_PLUGIN_TRUSTED_KEYS: keys of 32 bytes in base64 or hexadecimal, or as PEM or base64 SubjectPublicKeyInfo,
 * separated by commas or white space. Null for what breaks `trustedKeysRule`.
 */
export const parseTrustedKeys = (text: string): readonly KeyObject[] | null => {
  const pems = text.match(pemKeys) ?? [];
  const others = text.replaceAll(pemKeys, ' ').split(/[\s,]+/);
  const keys: KeyObject[] = [];
  for (const word of [...pems, ...others].filter((key) => key !== '')) {
    const key = readKey(word);
    if (key?.asymmetricKeyType !== 'ed25519') return null;
    keys.push(key);
  }
  return keys;
};

const readKey = (text: string): KeyObject | null => {
  try {
    if (text.startsWith('-----BEGIN')) return createPublicKey(text);
    const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
    const der = bytes.length === rawKeyBytes ? Buffer.concat([spkiPrefix, bytes]) : bytes;
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    return null;
  }
};

/**
 * Checks the detached signature (base64) over a module's SHA-256 (hex).
 * @throws {PluginModuleError} when it is missing or matches none of the keys
 */
export const verifyModuleSignature = (
  sha256: string,
  signature: string | undefined,
  trustedKeys: readonly KeyObject[],
): void => {
  if (signature === undefined || signature.trim() === '') {
    throw new PluginModuleError(
      'signature',
      'the module is not signed, and this store runs only signed modules; send the field signature',
    );
  }
  const bytes = Buffer.from(signature.trim(), 'base64');
  const message = Buffer.concat([label, Buffer.from(sha256, 'hex')]);
  const isGenuine = bytes.length === signatureBytes && trustedKeys.some((key) => verify(null, message, key, bytes));
  if (!isGenuine)
    throw new PluginModuleError(
      'signature',
      'this signature of the file was not made with a key that this store trusts',
    );
};
