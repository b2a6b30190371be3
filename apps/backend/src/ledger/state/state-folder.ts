import { randomUUID } from 'node:crypto';
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { type Envelope, type RootPublic, stateFileNames, verifyTakeover } from '@secret-store/sealing';
import { z } from 'zod';
import { Mark } from '../../rows/mark.ts';
import { ChainHead, compareHeads } from './chain-head.ts';

const logBytesMaximum = 1024 * 1024;
const memoryBytesMaximum = 1024 * 1024 * 1024;

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

const RememberedMemory = z.object({ head: ChainHead, marks: z.array(Mark).readonly() });
type RememberedMemory = z.infer<typeof RememberedMemory>;

/** A file of the backend's memory cannot be read. */
export class DamagedState extends Error {
  override readonly name = 'DamagedState';
  readonly code = 'DAMAGED_STATE';

  constructor(file: string, options: ErrorOptions) {
    super(
      `${file} is damaged. Restore it from a backup, or remove it: the backend then checks with its workers`,
      options,
    );
  }
}

/** What a backend remembers on its own disk, where nobody reaches who writes the database. */
export class StateFolder {
  readonly #directory: string;
  #writing: Promise<void> = Promise.resolve();

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(directory: string): Promise<StateFolder> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new StateFolder(directory);
  }

  /** Not made where it is missing: `init` takes a folder that is there for the memory of a backend. */
  static at(directory: string): StateFolder {
    return new StateFolder(directory);
  }

  /** The newest place of the chain that was seen; null when none was. @throws {DamagedState} */
  async readHead(): Promise<ChainHead | null> {
    const text = await this.#read(stateFileNames.head);
    if (text === null) return null;
    try {
      return ChainHead.parse(JSON.parse(text));
    } catch (error) {
      throw new DamagedState(path.join(this.#directory, stateFileNames.head), { cause: error });
    }
  }

  /** Never goes back: several backends may share the folder. */
  writeHead(head: ChainHead): Promise<void> {
    return this.#inTurn(async () => {
      const known = await this.readHead();
      if (known !== null && compareHeads(known, head) > 0) return;
      await this.#write(stateFileNames.head, JSON.stringify(head));
    });
  }

  /** The row memory as it was at one of the last places of the chain; null where none was kept or it cannot be read. */
  async readMemory(): Promise<RememberedMemory | null> {
    try {
      const bytes = await readFile(path.join(this.#directory, stateFileNames.memory));
      const text = await inflate(bytes, { maxOutputLength: memoryBytesMaximum });
      return RememberedMemory.parse(JSON.parse(text.toString('utf8')));
    } catch {
      return null;
    }
  }

  /** Only to tell what a restore has undone: nothing is believed by it. */
  async writeMemory({ head, marks }: RememberedMemory): Promise<void> {
    const bytes = await deflate(Buffer.from(JSON.stringify({ head, marks }), 'utf8'), { level: 3 });
    await this.#write(stateFileNames.memory, bytes);
  }

  /** Whether `init` said that this store was never started. */
  async isFirstStart(): Promise<boolean> {
    return (await this.#read(stateFileNames.firstStart)) !== null;
  }

  /**
   * Whether a database from before the row memory may be taken over: `init` says so in plain words, or the root.
   * @throws {SealingError} when it is another root
   */
  async isTakeover(root: RootPublic): Promise<boolean> {
    const text = await this.#read(stateFileNames.takeover);
    if (text?.startsWith('{') === true) verifyTakeover(JSON.parse(text), root);
    return text !== null;
  }

  /** @param word the root's */
  allowTakeover(word: Envelope): Promise<void> {
    return this.#write(stateFileNames.takeover, JSON.stringify(word));
  }

  async beginningIsOver(): Promise<void> {
    for (const name of [stateFileNames.firstStart, stateFileNames.takeover]) {
      await rm(path.join(this.#directory, name), { force: true });
    }
    await this.#sync();
  }

  /** Appended at once, so that it stays also when the database is lost. Never throws. */
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

  /** After what was begun before it, so that the last one stays. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#writing.then(work);
    this.#writing = turn.catch(() => {});
    return turn;
  }

  async #write(name: string, content: string | Uint8Array): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const temporary = path.join(this.#directory, `${name}.${randomUUID()}.new`);
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
