import { type FSWatcher, readdirSync, realpathSync, statSync, watch } from 'node:fs';
import path from 'node:path';
import { CommandProblem, exitCodes } from '@secret-store/command-line';

const ignored = /(^|\/)(node_modules|dist|coverage|\.[^/]*)(\/|$)|\.(tgz|sig|map)$|~$/;

/** Editors write a file in several steps. */
const quietMilliseconds = 100;

interface WatchedFolder {
  readonly watcher: FSWatcher;
  /** without links */
  readonly place: string;
}

/** Notices changes of a project, but for what its tools write themselves. Watches from the beginning, so that none is lost. */
export class ProjectWatcher {
  readonly #directory: string;
  /** by path in the project: each folder by itself, as a watcher of all would look through node_modules */
  readonly #folders = new Map<string, WatchedFolder>();
  #changed = false;
  #wake: (() => void) | null = null;
  #quiet: NodeJS.Timeout | undefined;

  /** @throws {CommandProblem} when the folder cannot be watched */
  constructor(directory: string) {
    this.#directory = directory;
    try {
      this.#watch('');
    } catch (cause) {
      this.close();
      const reason = cause instanceof Error ? cause.message : 'unknown error';
      throw new CommandProblem(
        exitCodes.invalidData,
        `${directory} cannot be watched (${reason}); choose the folder of a provider, raise fs.inotify.max_user_watches, or run one cycle with --once`,
        { cause },
      );
    }
  }

  /** Fulfilled once something has changed since the last time, and nothing more for a moment. False when it was closed. */
  async change(signal: AbortSignal): Promise<boolean> {
    if (!this.#changed && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.#wake = wake;
        signal.addEventListener('abort', wake);
      });
    }
    this.#wake = null;
    this.#changed = false;
    return !signal.aborted;
  }

  close(): void {
    clearTimeout(this.#quiet);
    for (const { watcher } of this.#folders.values()) watcher.close();
  }

  /** A folder and those below it, also where it is a link. */
  #watch(folder: string): void {
    const file = path.join(this.#directory, folder);
    const place = realpathSync(file);
    // a link may lead to a folder above it
    if ([...this.#folders.values()].some((watched) => watched.place === place)) return;
    const watcher = watch(file, (event, name) => this.#heard(event, path.join(folder, name ?? '')));
    // a folder that is gone is a change like any other
    watcher.on('error', () => this.#note());
    this.#folders.set(folder, { watcher, place });
    for (const name of readdirSync(file)) this.#watchIfFolder(path.join(folder, name));
  }

  #watchIfFolder(file: string): void {
    if (ignored.test(file)) return;
    if (statSync(path.join(this.#directory, file), { throwIfNoEntry: false })?.isDirectory() === true)
      this.#watch(file);
  }

  #heard(event: string, file: string): void {
    if (ignored.test(file)) return;
    if (event === 'rename') this.#lookAgain(file);
    this.#note();
  }

  /** What had this name may be gone, and what has it now may be another folder. */
  #lookAgain(file: string): void {
    for (const [folder, { watcher }] of this.#folders) {
      if (folder !== file && !folder.startsWith(`${file}/`)) continue;
      watcher.close();
      this.#folders.delete(folder);
    }
    try {
      this.#watchIfFolder(file);
    } catch {
      // gone again: that is heard too
    }
  }

  #note(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      this.#changed = true;
      this.#wake?.();
    }, quietMilliseconds);
  }
}
