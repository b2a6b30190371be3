import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { PackError } from '../pack-plugin/pack-error.ts';

const rawKeyBytes = 32;

/**
 * Writes a new Ed25519 private key, PKCS#8 in PEM, for its owner's eyes only. Never over a file that is there: a lost
 * signing key has to be replaced in every store that trusts it.
 * @returns the public key as SECRET_STORE_PLUGIN_TRUSTED_KEYS takes it
 */
export const createSigningKey = async (file: string): Promise<string> => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  await writeFile(file, pem, { mode: 0o600, flag: 'wx' }).catch((cause: unknown) => {
    throw new PackError(`${file} cannot be written, or is there already; name a new file`, { cause });
  });
  return trustedKeyOf(privateKey);
};

/** Base64 of the 32 bytes of the public key; the last 32 of its DER form. */
export const trustedKeyOf = (privateKey: KeyObject): string =>
  createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(-rawKeyBytes).toString('base64');

/** @throws {PackError} when the file holds no Ed25519 private key, or more than its owner may read it */
export const readSigningKey = async (file: string): Promise<KeyObject> => {
  const pem = await readFile(file).catch((cause: unknown) => {
    throw new PackError(`the signing key ${file} cannot be read; create-signing-key makes one`, { cause });
  });
  const { mode } = await stat(file);
  if ((mode & 0o077) !== 0) throw new PackError(`others may read the signing key ${file}; chmod 600 it, or make a new one if others could`);
  const key = parse(pem);
  if (key?.asymmetricKeyType !== 'ed25519') {
    throw new PackError(`${file} holds no Ed25519 private key in PEM without a passphrase; create-signing-key makes one`);
  }
  return key;
};

const parse = (pem: Buffer): KeyObject | null => {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
};
