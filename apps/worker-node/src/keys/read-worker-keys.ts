import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  importOpeningKey,
  importSigningKey,
  keyFileNames,
  type OpeningKey,
  parseRootPublic,
  type RootPublic,
  type SigningKey,
  verifyCertificate,
} from '@secret-store/sealing';
import { z } from 'zod';
import { SettingError } from '../errors/setting-error.ts';

const files = keyFileNames.worker;

/** The pool that a worker belongs to. */
export interface WorkerPool {
  readonly id: string;
  /** whether it is the store's first one, which runs the algorithms whose sets name no pools */
  readonly isFirst: boolean;
}

export interface WorkerKeys {
  readonly workerId: string;
  readonly pool: WorkerPool;
  readonly root: RootPublic;
  /** signs requests to the backend */
  readonly signer: SigningKey;
  /** the pool's, which open what is sealed to it */
  readonly openingKeys: readonly OpeningKey[];
}

/**
 * @param fingerprint of the root, from a setting; null: read from this folder, never from the backend
 */
export const readWorkerKeys = async (directory: string, fingerprint: string | null): Promise<WorkerKeys> => {
  const readText = (name: string) => readFile(path.join(directory, name), 'utf8');
  const readJson = async (name: string): Promise<unknown> => JSON.parse(await readText(name));
  try {
    const root = parseRootPublic(
      await readJson(files.root),
      fingerprint ?? (await readText(files.rootFingerprint)).trim(),
    );
    const signer = importSigningKey(await readJson(files.workerKey));
    const certificate = verifyCertificate(await readJson(files.workerCertificate), root, 'worker');
    if (certificate.keyId !== signer.keyId) {
      throw new SettingError(
        `${files.workerCertificate} is not for the key in ${files.workerKey}: restore both from the same backup`,
      );
    }
    const poolKeys = z
      .array(z.unknown())
      .min(1)
      .parse(await readJson(files.poolKeys));
    const openingKeys = await Promise.all(poolKeys.map(importOpeningKey));
    // the root certifies the workers of the store's first pool alone
    const pool = { id: certificate.poolId ?? '', isFirst: true };
    return { workerId: certificate.subjectId, pool, root, signer, openingKeys };
  } catch (error) {
    if (isPassing(error)) throw error;
    throw new SettingError(`the keys in ${directory} cannot be used: ${reasonOf(error)}`, { cause: error });
  }
};

const lasting = new Set(['ENOENT', 'EACCES', 'EPERM', 'ENOTDIR', 'EISDIR']);

/** Trouble of the machine, such as too many open files, which says nothing about the keys. */
const isPassing = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && 'code' in error && !lasting.has(String(error.code));

/** A parser's own text may quote a key. */
const reasonOf = (error: unknown): string => {
  if (error instanceof SyntaxError || error instanceof z.ZodError)
    return 'a file is damaged: restore it from its backup';
  return error instanceof Error ? error.message : 'unknown reason';
};
