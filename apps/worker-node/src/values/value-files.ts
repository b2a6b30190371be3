import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import { type Lay, makeFolder, pathOf } from './command-folder.ts';

type Environment = Readonly<Record<string, string>>;

const folderName = 'files';
const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Values as files, one a variable, in the command's own folder. A file is replaced as a whole, by a rename. */
export class ValueFiles implements Lay {
  /** what the files hold, or will when they are laid out */
  #environment: Environment;
  /** where a file is written before it gets its name: nobody lists it among the values */
  #outside = '';
  #descriptor: number | null = null;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  variables(folder: string): Readonly<Record<string, string>> {
    return { SECRET_STORE_FILES: path.join(folder, folderName) };
  }

  async lay(folder: string): Promise<void> {
    this.close();
    this.#outside = folder;
    this.#descriptor = makeFolder(path.join(folder, folderName));
    this.#write({}, this.#environment);
  }

  /**
   * Writes what differs and removes what is gone.
   * @returns whether anything did
   * @throws the system's error; all that differs is written the next time
   */
  replace(environment: Environment): boolean {
    const before = this.#environment;
    if (this.#descriptor !== null) this.#write(before, environment);
    this.#environment = environment;
    const names = Object.keys(environment);
    return names.length !== Object.keys(before).length || names.some((name) => environment[name] !== before[name]);
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #write(before: Environment, after: Environment): void {
    if (this.#descriptor === null) return;
    const folder = pathOf(this.#descriptor);
    for (const [name, value] of Object.entries(after)) {
      if (Object.hasOwn(before, name) && before[name] === value) continue;
      const bytes = Buffer.from(value, 'utf8');
      this.#put(path.join(folder, fileName(name)), bytes);
      bytes.fill(0);
    }
    for (const name of Object.keys(before)) {
      if (!Object.hasOwn(after, name)) remove(path.join(folder, fileName(name)));
    }
  }

  #put(file: string, bytes: Buffer): void {
    const unfinished = path.join(this.#outside, randomBytes(8).toString('hex'));
    const descriptor = openSync(unfinished, newFile, 0o400);
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
      renameSync(unfinished, file);
    } catch (error) {
      remove(unfinished);
      throw error;
    } finally {
      closeSync(descriptor);
    }
  }
}

/** Variables of the store are names of files. A set that says otherwise gets no file outside of the folder. */
const fileName = (variable: string): string => {
  if (variable.includes('/') || variable === '.' || variable === '..')
    throw new Error('a variable is no name of a file');
  return variable;
};

const remove = (file: string): void => {
  try {
    unlinkSync(file);
  } catch {
    // the command has removed it
  }
};
