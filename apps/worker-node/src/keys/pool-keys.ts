import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { exportOpeningKey, importOpeningKey, keyFileNames, type OpeningKey, SealingError } from '@secret-store/sealing';
import { Mutex } from 'async-mutex';
import { z } from 'zod';
import { writeStateFile } from '../state/write-state-file.ts';

const fileName = keyFileNames.worker.poolKeys;

const PoolKeysFile = z.array(z.unknown()).min(1);

/**
 * The pool's private keys that this worker has been given. An old one stays: something may be sealed to it still, such as what a
 * backup of the database brings back.
 */
export class PoolKeys {
  readonly #directory: string;
  #keys: readonly OpeningKey[];
  readonly #writing = new Mutex();
  #ask: () => Promise<unknown> = async () => undefined;

  private constructor(directory: string, keys: readonly OpeningKey[]) {
    this.#directory = directory;
    this.#keys = keys;
  }

  /** @throws where the file cannot be read, or is damaged */
  static async open(directory: string): Promise<PoolKeys> {
    const file = PoolKeysFile.parse(JSON.parse(await readFile(path.join(directory, fileName), 'utf8')));
    return new PoolKeys(directory, await Promise.all(file.map(importOpeningKey)));
  }

  get all(): readonly OpeningKey[] {
    return this.#keys;
  }

  has(keyId: string): boolean {
    return this.#keys.some((key) => key.keyId === keyId);
  }

  /** @param ask brings the keys that the pool has made since */
  renewWith(ask: () => Promise<unknown>): void {
    this.#ask = ask;
  }

  /** Opens with the keys that are here; where none of them fits, once more with those that the pool has made since. */
  async openWith<Opened>(open: (keys: readonly OpeningKey[]) => Promise<Opened>): Promise<Opened> {
    const tried = this.#keys;
    try {
      return await open(tried);
    } catch (error) {
      if (!(error instanceof SealingError && error.code === 'NO_KEY')) throw error;
      await this.#ask();
      if (this.#keys === tried) throw error;
      return open(this.#keys);
    }
  }

  /** Used from now on. On disk when this returns. */
  add(added: readonly OpeningKey[]): Promise<void> {
    return this.#writing.runExclusive(async () => {
      const missing = added.filter(({ keyId }) => !this.has(keyId));
      if (missing.length === 0) return;
      const keys = [...this.#keys, ...missing];
      await writeStateFile(this.#directory, fileName, await poolKeysText(keys));
      this.#keys = keys;
    });
  }
}

export const poolKeysText = async (keys: readonly OpeningKey[]): Promise<string> =>
  `${JSON.stringify(await Promise.all(keys.map(exportOpeningKey)), null, 2)}\n`;
