import { chmod, mkdir, mkdtemp, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { StoreKeys } from '@secret-store/sealing';

/** Complete sets of keys wait here until their folders are in place; what is being written is under another name. */
const readyName = '.keys-ready';
const unfinishedPrefix = '.keys-unfinished-';

type Files = Record<string, string>;

/** Each folder with the file by which it is known to hold keys. */
const folders = { backend: 'signing-key.json', worker: 'worker-key.json', recovery: 'recovery-file.json' } as const;
type FolderName = keyof typeof folders;
// The names are those of the literal above.
const folderNames = Object.keys(folders) as FolderName[];

/**
 * Gives a data directory its keys, once: all of them or none. A run that is cut off anywhere leaves either nothing that
 * counts, or a complete set whose folders the next run moves to their place. Keys that are there are never touched.
 */
export async function writeStoreKeys(dataDirectory: string, createKeys: () => Promise<StoreKeys>): Promise<void> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  await chmod(dataDirectory, 0o700);
  await removeUnfinished(dataDirectory);
  const ready = path.join(dataDirectory, readyName);
  if (!(await exists(ready))) {
    if (await hasKeys(dataDirectory)) return;
    const unfinished = await mkdtemp(path.join(dataDirectory, unfinishedPrefix));
    await writeFolders(unfinished, await createKeys());
    await rename(unfinished, ready);
    await syncDirectory(dataDirectory);
  }
  await moveFolders(ready, dataDirectory);
}

/** The recovery folder does not count: it is there to be taken away. */
async function hasKeys(dataDirectory: string): Promise<boolean> {
  const backend = await exists(path.join(dataDirectory, 'backend', folders.backend));
  const worker = await exists(path.join(dataDirectory, 'worker', folders.worker));
  if (backend !== worker) {
    const [present, missing] = backend ? ['backend', 'worker'] : ['worker', 'backend'];
    const problem = `${dataDirectory} holds the keys of the ${present} and not those of the ${missing}`;
    throw new Error(`${problem}: restore ${missing}/ from its backup, or choose another data directory`);
  }
  return backend;
}

async function writeFolders(directory: string, keys: StoreKeys): Promise<void> {
  const root = { 'root.json': toJson(keys.root), 'root-fingerprint': `${keys.rootFingerprint}\n` };
  const files: Record<FolderName, Files> = {
    backend: {
      ...root,
      'signing-key.json': toJson(keys.backend.signingKey),
      'certificates.json': toJson(keys.backend.certificates),
      'key-ring.json': toJson(keys.backend.keyRing),
    },
    worker: {
      ...root,
      'worker-key.json': toJson(keys.worker.workerKey),
      'worker-certificate.json': toJson(keys.worker.workerCertificate),
      'pool-keys.json': toJson(keys.worker.poolKeys),
    },
    recovery: { 'recovery-file.json': toJson(keys.recoveryFile) },
  };
  for (const name of folderNames) await writeFolder(path.join(directory, name), files[name]);
  await syncDirectory(directory);
}

async function writeFolder(directory: string, files: Files): Promise<void> {
  await mkdir(directory, { mode: 0o700 });
  for (const [name, content] of Object.entries(files)) {
    const file = await open(path.join(directory, name), 'wx', 0o400);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
  }
  await syncDirectory(directory);
}

async function moveFolders(ready: string, dataDirectory: string): Promise<void> {
  for (const name of folderNames) {
    const from = path.join(ready, name);
    // It was moved by the run that was cut off. Onto a folder that holds anything, rename fails.
    if (await exists(from)) await rename(from, path.join(dataDirectory, name));
  }
  await syncDirectory(ready);
  await syncDirectory(dataDirectory);
  await rmdir(ready);
}

async function removeUnfinished(dataDirectory: string): Promise<void> {
  for (const name of await readdir(dataDirectory)) {
    if (name.startsWith(unfinishedPrefix)) await rm(path.join(dataDirectory, name), { recursive: true });
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
