import { appendFileSync, renameSync, statSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { stateFileNames } from '@secret-store/sealing';
import { ChainHead } from './chain-head.ts';

const logBytesMaximum = 1024 * 1024;

/** What a backend remembers on its own disk, where nobody reaches who writes the database. */
export class StateFolder {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(directory: string): Promise<StateFolder> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new StateFolder(directory);
  }

  /** The newest place of the chain that was seen; null when none was. @throws when the file is damaged */
  async readHead(): Promise<ChainHead | null> {
    const text = await this.#read(stateFileNames.head);
    return text === null ? null : ChainHead.parse(JSON.parse(text));
  }

  writeHead(head: ChainHead): Promise<void> {
    return this.#write(stateFileNames.head, JSON.stringify(head));
  }

  /** Whether `init` said that this store was never started. */
  async isFirstStart(): Promise<boolean> {
    return (await this.#read(stateFileNames.firstStart)) !== null;
  }

  /** Whether a database from before the row memory may be taken over. */
  async isTakeover(): Promise<boolean> {
    return (await this.#read(stateFileNames.takeover)) !== null;
  }

  async beginningIsOver(): Promise<void> {
    for (const name of [stateFileNames.firstStart, stateFileNames.takeover]) {
      await rm(path.join(this.#directory, name), { force: true });
    }
    await this.#sync();
  }

  /** Appended at once, so that it is there whatever becomes of the database. Never throws. */
  noteRefusal(line: Readonly<Record<string, unknown>>): void {
    const file = path.join(this.#directory, stateFileNames.refusals);
    try {
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > logBytesMaximum) renameSync(file, `${file}.1`);
      appendFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`, { mode: 0o600 });
    } catch {
      // a full disk must not turn a refusal into something else; the log and the audit have it too
    }
  }

  async #read(name: string): Promise<string | null> {
    try {
      return await readFile(path.join(this.#directory, name), 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  }

  async #write(name: string, content: string): Promise<void> {
    const temporary = path.join(this.#directory, `${name}.new`);
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path.join(this.#directory, name));
    await this.#sync();
  }

  async #sync(): Promise<void> {
    const directory = await open(this.#directory, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }
}
