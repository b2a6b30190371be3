import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { CommandProblem, exitCodes } from '@secret-store/command-line';

const rawKeyBytes = 32;

/**
 * Writes a new Ed25519 private key, PKCS#8 in PEM, readable by its owner only. It never overwrites a file: a lost signing
 * key has to be replaced in every store that trusts it.
 * @returns the public key, in the form of SECRET_STORE_PLUGIN_TRUSTED_KEYS
 */
export const createSigningKey = async (file: string): Promise<string> => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  await writeNew(file, pem).catch((cause: unknown) => {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    const problem = isThere ? 'already exists; choose a new file' : 'cannot be written; choose another place';
    throw new CommandProblem(exitCodes.cannotCreate, `${file} ${problem}`, { cause });
  });
  return trustedKeyOf(privateKey);
};

/** All of it, or no file. */
const writeNew = async (file: string, content: string | Buffer): Promise<void> => {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(content);
  } catch (error) {
    await rm(file);
    throw error;
  } finally {
    await handle.close();
  }
};

/** Base64 of the 32 bytes of the public key; the last 32 of its DER form. */
export const trustedKeyOf = (privateKey: KeyObject): string =>
  createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(-rawKeyBytes).toString('base64');

/** @throws {CommandProblem} when the file holds no Ed25519 private key, or others than its owner can read it */
export const readSigningKey = async (file: string): Promise<KeyObject> => {
  const pem = await readFile(file).catch((cause: unknown) => {
    throw new CommandProblem(
      exitCodes.invalidData,
      `the signing key ${file} cannot be read; create one with create-signing-key`,
      { cause },
    );
  });
  const { mode } = await stat(file);
  if ((mode & 0o077) !== 0) {
    throw new CommandProblem(
      exitCodes.invalidData,
      `other users can read the signing key ${file}; run chmod 600 on it, or create a new key if someone may have read it`,
    );
  }
  const key = parse(pem);
  if (key?.asymmetricKeyType !== 'ed25519') {
    throw new CommandProblem(
      exitCodes.invalidData,
      `${file} does not hold an Ed25519 private key (PEM, no passphrase); create one with create-signing-key`,
    );
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
