import { close, closeSync, fsync, openSync, writeFileSync } from 'node:fs';
import { open, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** Written completely or not at all, and on disk when this returns. */
export const writeStateFile = async (directory: string, name: string, text: string): Promise<void> => {
  await stageStateFile(directory, name, text).keep();
};

/** How a file is called until it has its name. */
const stagedName = (name: string): string => `${name}.new`;

export interface StagedFile {
  /** Gives it its name: it is on disk when this returns. To be called once. */
  readonly keep: () => Promise<void>;
}

/**
 * Written under its name with `.new`: it is there when this process is killed, and perhaps not when the machine loses its power before
 * `keep` returns. Written in place: asynchronous calls would wait for the flushes of other files, which take a thousand times as long.
 * @throws the system's error; nothing is open then
 */
export const stageStateFile = (directory: string, name: string, text: string): StagedFile => {
  const file = path.join(directory, name);
  const descriptor = openSync(stagedName(file), 'w', 0o600);
  try {
    writeFileSync(descriptor, text);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return {
    keep: async () => {
      try {
        await flush(descriptor);
      } finally {
        await closed(descriptor);
      }
      await rename(stagedName(file), file);
      await syncDirectory(directory);
    },
  };
};

const flush = promisify(fsync);
const closed = promisify(close);

/**
 * Written completely or not at all as other processes see it. When the machine loses its power soon afterwards, it may be what it was, or
 * damaged: for what can be had again.
 */
export const replaceStateFile = async (directory: string, name: string, text: string): Promise<void> => {
  const file = path.join(directory, name);
  await writeFile(stagedName(file), text, { mode: 0o600 });
  await rename(stagedName(file), file);
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
