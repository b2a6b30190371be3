import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  exportOpeningKey,
  exportSigningKey,
  keyFileNames,
  type OpeningKey,
  type RootPublicJson,
  type SigningKey,
} from '@secret-store/sealing';
import { poolKeysText } from '../keys/pool-keys.ts';
import type { Membership } from '../keys/read-worker-keys.ts';
import { syncDirectory } from '../state/write-state-file.ts';

/** A complete folder waits here until its files are in place; unfinished ones have another name. */
const readyName = '.joined';
const unfinishedPrefix = '.joined-unfinished-';
const stateName = 'state';
const files = keyFileNames.worker;

export interface WorkerFolder {
  readonly root: { readonly json: RootPublicJson; readonly fingerprint: string };
  readonly membership: Membership;
  readonly signer: SigningKey;
  readonly recipient: OpeningKey;
  readonly poolKeys: readonly OpeningKey[];
  /** what the worker begins with, written to this folder */
  readonly writeState: (directory: string) => Promise<void>;
}

/** Writes the files of a worker, all or none: what is cut off is finished by `finishFolder`, or leaves nothing that counts. */
export const writeWorkerFolder = async (directory: string, folder: WorkerFolder): Promise<void> => {
  const unfinished = await mkdtemp(path.join(directory, unfinishedPrefix));
  const state = path.join(unfinished, stateName);
  await mkdir(state, { mode: 0o700 });
  await folder.writeState(state);
  const { root, membership, signer, recipient, poolKeys } = folder;
  await writeFile(unfinished, files.root, toJson(root.json));
  await writeFile(unfinished, files.rootFingerprint, `${root.fingerprint}\n`);
  await writeFile(unfinished, files.workerKey, toJson(exportSigningKey(signer)));
  await writeFile(unfinished, files.recipientKey, toJson(await exportOpeningKey(recipient)));
  await writeFile(unfinished, files.poolKeys, await poolKeysText(poolKeys));
  await writeFile(unfinished, files.membership, toJson(membership));
  await syncDirectory(unfinished);
  await rename(unfinished, path.join(directory, readyName));
  await syncDirectory(directory);
  await finishFolder(directory);
};

/** Moves a complete folder into place, and removes unfinished ones. */
export const finishFolder = async (directory: string): Promise<void> => {
  const names = await readdir(directory);
  for (const name of names.filter((found) => found.startsWith(unfinishedPrefix)))
    await rm(path.join(directory, name), { recursive: true });
  if (!names.includes(readyName)) return;
  const ready = path.join(directory, readyName);
  for (const name of await readdir(ready)) await rename(path.join(ready, name), path.join(directory, name));
  await syncDirectory(directory);
  await rm(ready, { recursive: true });
  await syncDirectory(directory);
};

/** Whether something of a worker that was here is left. */
export const hasState = async (directory: string): Promise<boolean> => {
  try {
    await stat(path.join(directory, stateName));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
};

const writeFile = async (directory: string, name: string, content: string): Promise<void> => {
  const file = await open(path.join(directory, name), 'wx', 0o400);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
};

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
