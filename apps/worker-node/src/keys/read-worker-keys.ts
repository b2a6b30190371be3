import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  exportOpeningKey,
  generateOpeningKey,
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
import { writeStateFile } from '../state/write-state-file.ts';
import { PoolKeys } from './pool-keys.ts';

const files = keyFileNames.worker;

/** The pool that a worker belongs to. */
interface WorkerPool {
  readonly id: string;
  /** whether it is the store's first one, which runs the algorithms whose sets name no pools */
  readonly isFirst: boolean;
}

export const Membership = z.object({
  workerId: z.uuid(),
  poolId: z.uuid(),
  /** whether that is the store's first pool */
  isInFirstPool: z.boolean(),
  /** of the worker, as it stands in the pool's log */
  name: z.string(),
});
export type Membership = z.infer<typeof Membership>;

export interface WorkerKeys {
  readonly workerId: string;
  readonly pool: WorkerPool;
  readonly root: RootPublic;
  /** signs requests to the backend, and entries of the pool's log */
  readonly signer: SigningKey;
  /** opens what is sealed for this worker alone */
  readonly recipient: OpeningKey;
  /** the pool's, which open what is sealed to it; one that the pool makes later is among them as soon as this worker has it */
  readonly openingKeys: readonly OpeningKey[];
  readonly poolKeys: PoolKeys;
}

/** Whether a worker's keys are in the folder. */
export const hasWorkerKeys = (directory: string): Promise<boolean> => exists(path.join(directory, files.workerKey));

/**
 * The keys of a worker that joined, or of the store's first worker, which has a certificate in place of a membership.
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
    const isJoined = await exists(path.join(directory, files.membership));
    const { workerId, pool } = isJoined
      ? joined(await readJson(files.membership))
      : certified(await readJson(files.workerCertificate), root, signer);
    const poolKeys = await PoolKeys.open(directory);
    const recipient = isJoined
      ? await importOpeningKey(await readJson(files.recipientKey))
      : await recipientOfFirst(directory);
    return {
      ...{ workerId, pool, root, signer, recipient, poolKeys },
      get openingKeys() {
        return poolKeys.all;
      },
    };
  } catch (error) {
    if (isPassing(error)) throw error;
    throw new SettingError(`the keys in ${directory} cannot be used: ${reasonOf(error)}`, { cause: error });
  }
};

const joined = (file: unknown): Pick<WorkerKeys, 'workerId' | 'pool'> => {
  const { workerId, poolId, isInFirstPool } = Membership.parse(file);
  return { workerId, pool: { id: poolId, isFirst: isInFirstPool } };
};

const certified = (envelope: unknown, root: RootPublic, signer: SigningKey): Pick<WorkerKeys, 'workerId' | 'pool'> => {
  const { keyId, subjectId: workerId, poolId } = verifyCertificate(envelope, root, 'worker');
  if (keyId !== signer.keyId || poolId === undefined) {
    throw new SettingError(
      `${files.workerCertificate} is not for the key in ${files.workerKey}: restore both from the same backup`,
    );
  }
  // the root certifies the workers of the store's first pool alone
  return { workerId, pool: { id: poolId, isFirst: true } };
};

/** The store's first worker makes this key at its first start, and then introduces itself with it. */
const recipientOfFirst = async (directory: string): Promise<OpeningKey> => {
  const file = path.join(directory, files.recipientKey);
  if (!(await exists(file))) {
    const key = await exportOpeningKey(await generateOpeningKey());
    await writeStateFile(directory, files.recipientKey, `${JSON.stringify(key, null, 2)}\n`);
  }
  return importOpeningKey(JSON.parse(await readFile(file, 'utf8')));
};

const exists = async (file: string): Promise<boolean> => {
  try {
    await access(file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
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
