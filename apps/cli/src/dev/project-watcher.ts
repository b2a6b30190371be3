import { type FSWatcher, readdirSync, watch } from 'node:fs';
import path from 'node:path';

const ignored = /(^|\/)(node_modules|dist|coverage|\.[^/]*)(\/|$)|\.(tgz|sig|map)$|~$/;

/** Editors write a file in several steps. */
const quietMilliseconds = 100;

/** Notices changes of a project, but for what its tools write themselves. Watches from the beginning, so that none is lost. */
export class ProjectWatcher {
  readonly #directory: string;
  readonly #watchers = new Map<string, FSWatcher>();
  #changed = false;
  #wake: (() => void) | null = null;
  #quiet: NodeJS.Timeout | undefined;

  constructor(directory: string) {
    this.#directory = directory;
    this.#watch('', false);
    this.#watchFolders();
  }

  /** Fulfilled once something has changed since the last time, and nothing more for a moment. False when it was closed. */
  async change(signal: AbortSignal): Promise<boolean> {
    if (!this.#changed && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    this.#wake = null;
    this.#changed = false;
    return !signal.aborted;
  }

  close(): void {
    clearTimeout(this.#quiet);
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  /** Each folder of the project by itself: a watcher of all would look through node_modules. */
  #watchFolders(): void {
    for (const entry of readdirSync(this.#directory, { withFileTypes: true })) {
      if (entry.isDirectory() && !ignored.test(entry.name) && !this.#watchers.has(entry.name))
        this.#watch(entry.name, true);
    }
  }

  #watch(folder: string, recursive: boolean): void {
    const watcher = watch(path.join(this.#directory, folder), { recursive }, (_event, name) => {
      const file = path.join(folder, name ?? '');
      if (folder === '') this.#watchFolders();
      if (!ignored.test(file)) this.#note();
    });
    // a folder that is gone is a change like any other
    watcher.on('error', () => this.#note());
    this.#watchers.set(folder, watcher);
  }

  #note(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      this.#changed = true;
      this.#wake?.();
    }, quietMilliseconds);
  }
}
