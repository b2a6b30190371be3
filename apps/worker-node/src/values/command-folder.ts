import { closeSync, constants, fstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { OwnFolder } from '../launch/run-sandboxed.ts';

const pollMilliseconds = 1;

/** What is laid into the folder before the command starts. Paths are ours, and end at the folder's own file system. */
export interface Lay {
  /** @param folder as a path of this process */
  lay(folder: string): Promise<void>;
  /** By which the command finds it. @param folder as the command sees it */
  variables(folder: string): Readonly<Record<string, string>>;
}

/**
 * The file system in memory that a command has for itself. bubblewrap makes it, and it is gone with the last process of the
 * sandbox. We reach it by a descriptor that is opened before the command starts: what the command does to names afterwards leads
 * us nowhere else.
 */
export class CommandFolder implements OwnFolder {
  readonly path = '/dev/secret-store';
  readonly #contents: readonly Lay[];
  #descriptor: number | null = null;

  constructor(contents: readonly Lay[]) {
    this.#contents = contents;
  }

  async fill(initId: number): Promise<void> {
    // of an attempt before
    this.close();
    this.#descriptor = await openMounted(`/proc/${initId}/root`, this.path);
    const folder = pathOf(this.#descriptor);
    for (const content of this.#contents) await content.lay(folder);
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}

/** Of what a descriptor of this process has open. */
export const pathOf = (descriptor: number): string => `/proc/self/fd/${descriptor}`;

const directory = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** A new folder in one that the command does not reach yet, kept by a descriptor. */
export const makeFolder = (file: string): number => {
  mkdirSync(file, { mode: 0o700 });
  return openSync(file, directory);
};

/** Waits until the sandbox has its root and, in it, the file system. @throws when its process is gone */
const openMounted = async (root: string, file: string): Promise<number> => {
  for (;;) {
    const descriptor = tryOpen(`${root}${file}`);
    if (descriptor !== null) {
      // not a folder of the machine with that name, which lies in the file system of its parent
      if (fstatSync(descriptor).dev !== statSync(`${root}${file}/..`).dev) return descriptor;
      closeSync(descriptor);
    }
    statSync(root);
    await delay(pollMilliseconds);
  }
};

const tryOpen = (file: string): number | null => {
  try {
    return openSync(file, directory);
  } catch {
    return null; // not there yet
  }
};
