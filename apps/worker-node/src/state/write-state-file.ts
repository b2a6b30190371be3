import { type FileHandle, open, rename } from 'node:fs/promises';
import path from 'node:path';

/** Written completely or not at all, and on disk when this returns. */
export const writeStateFile = async (directory: string, name: string, text: string): Promise<void> => {
  const { keep } = await stageStateFile(directory, name, text);
  await keep();
};

/** How a file is called until it has its name. */
const stagedName = (name: string): string => `${name}.new`;

export interface StagedFile {
  /** Gives it its name: it is on disk when this returns. To be called once. */
  readonly keep: () => Promise<void>;
}

/**
 * Written under its name with `.new`: it is there when this process is killed, and perhaps not when the machine loses its power before
 * `keep` returns.
 */
export const stageStateFile = async (directory: string, name: string, text: string): Promise<StagedFile> => {
  const file = path.join(directory, name);
  const handle = await writeStaged(file, text);
  return {
    keep: async () => {
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(stagedName(file), file);
      await syncDirectory(directory);
    },
  };
};

/**
 * Written completely or not at all as other processes see it. When the machine loses its power soon afterwards, it may be what it was, or
 * damaged: for what can be had again.
 */
export const replaceStateFile = async (directory: string, name: string, text: string): Promise<void> => {
  const file = path.join(directory, name);
  await (await writeStaged(file, text)).close();
  await rename(stagedName(file), file);
};

/** @throws the system's error; nothing is open then */
const writeStaged = async (file: string, text: string): Promise<FileHandle> => {
  const handle = await open(stagedName(file), 'w', 0o600);
  try {
    await handle.writeFile(text);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
};

const running = new Map<string, Promise<void>>();
const waiting = new Map<string, Promise<void>>();

/** Those that ask while a sync of the directory runs share the one after it. */
export const syncDirectory = (directory: string): Promise<void> => {
  const shared = waiting.get(directory) ?? syncNext(directory);
  waiting.set(directory, shared);
  return shared;
};

const syncNext = async (directory: string): Promise<void> => {
  // who waits for that one is told of its failure
  await running.get(directory)?.catch(() => undefined);
  waiting.delete(directory);
  const sync = syncNow(directory);
  running.set(directory, sync);
  try {
    await sync;
  } finally {
    if (running.get(directory) === sync) running.delete(directory);
  }
};

const syncNow = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
