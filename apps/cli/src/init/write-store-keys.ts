import { chmod, mkdir, mkdtemp, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '@secret-store/command-line';
import { type KeyFolder, keyFileNames, keyFiles, stateFileNames, type StoreKeys } from '@secret-store/sealing';

/** A complete set of keys waits here until its folders are in place; unfinished sets have another name. */
const readyName = '.keys-ready';
const unfinishedPrefix = '.keys-unfinished-';

const folders: readonly KeyFolder[] = ['backend', 'worker', 'recovery'];

const firstStart =
  'This store was never started. The backend removes this file when it has made the first administrator.\n';

/**
 * Creates the keys of a data directory once: all of them or none. A run that is cut off leaves either nothing that counts or
 * a complete set, whose folders the next run moves into place. Existing keys are never touched.
 */
export const writeStoreKeys = async (dataDirectory: string, createKeys: () => Promise<StoreKeys>): Promise<void> => {
  await makeFolder(dataDirectory, 0o700);
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
};

/** The recovery folder does not count: its owner moves it away. */
const hasKeys = async (dataDirectory: string): Promise<boolean> => {
  const backend = await exists(path.join(dataDirectory, 'backend', keyFileNames.backend.signingKey));
  const worker = await exists(path.join(dataDirectory, 'worker', keyFileNames.worker.workerKey));
  if (backend !== worker) {
    const [present, missing] = backend ? ['backend', 'worker'] : ['worker', 'backend'];
    const problem = `${dataDirectory} holds the keys of the ${present} but not those of the ${missing}`;
    throw new Error(`${problem}: restore ${missing}/ from its backup, or choose another data directory`);
  }
  return backend;
};

const writeFolders = async (directory: string, keys: StoreKeys): Promise<void> => {
  const files = keyFiles(keys);
  for (const name of folders) await writeFolder(path.join(directory, name), files[name]);
  await writeFolder(path.join(directory, 'backend', keyFileNames.backend.state), {
    [stateFileNames.firstStart]: firstStart,
  });
  await syncDirectory(path.join(directory, 'backend'));
  await syncDirectory(directory);
};

const writeFolder = async (directory: string, files: Readonly<Record<string, string>>): Promise<void> => {
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
};

const moveFolders = async (ready: string, dataDirectory: string): Promise<void> => {
  for (const name of folders) {
    const from = path.join(ready, name);
    // It was moved by the run that was cut off. Onto a folder that holds anything, rename fails.
    if (await exists(from)) await rename(from, path.join(dataDirectory, name));
  }
  await syncDirectory(ready);
  await syncDirectory(dataDirectory);
  await rmdir(ready);
};

const removeUnfinished = async (dataDirectory: string): Promise<void> => {
  for (const name of await readdir(dataDirectory)) {
    if (name.startsWith(unfinishedPrefix)) await rm(path.join(dataDirectory, name), { recursive: true });
  }
};

const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const exists = async (file: string): Promise<boolean> => {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
};
