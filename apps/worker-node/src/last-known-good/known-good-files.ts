import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { WorkerDelivery } from '@secret-store/api/schemas';
import { SealingError } from '@secret-store/sealing';
import type { Logger } from 'pino';
import { z } from 'zod';
import { errorName } from '../errors/error-name.ts';
import { replaceStateFile } from '../state/write-state-file.ts';
import { openParts, type OwnKeys, sealParts } from './sealed-parts.ts';

/** A value that was read from a vault. Times are of the worker's `AgeClock`. */
const KnownValue = z.object({
  /** everything that the answer depended on */
  key: z.string(),
  secretId: z.string(),
  /** of the secret, as the set has it */
  secretVersion: z.number(),
  value: z.string(),
  /** of the vault; null: it was not asked for */
  version: z.string().nullable(),
  expiresAt: z.number().nullable(),
  /** when the vault last said that this is its value */
  confirmedAt: z.number(),
});

const KnownGood = z.object({
  /** when the backend last said that it is the newest, as far as this file knows */
  confirmedAt: z.number(),
  /** as it came: it is verified again when it is used */
  delivery: WorkerDelivery,
  values: z.array(KnownValue),
});
export type KnownGood = z.infer<typeof KnownGood>;

const filePattern = /^known-good-([0-9a-f-]{36})\.json$/;
const fileOf = (algorithmId: string): string => `known-good-${algorithmId}.json`;

export interface KnownGoodOptions {
  /** the worker's folder `state` */
  readonly directory: string;
  readonly keys: OwnKeys;
  readonly log: Pick<Logger, 'warn' | 'info'>;
  /** for tests */
  readonly write?: typeof replaceStateFile;
}

interface Wanted {
  readonly setHash: string;
  readonly content: () => KnownGood;
}

/**
 * What this worker last had of each algorithm, on disk, sealed for this worker alone. It serves while the backend or a vault cannot be
 * asked, also after a restart. What cannot be written is missing then, and harms nothing else.
 */
export class KnownGoodFiles {
  readonly #options: KnownGoodOptions;
  readonly #ids: Set<string>;
  /** by algorithm: what is to be written, once the write before has ended */
  readonly #wanted = new Map<string, Wanted | null>();
  readonly #writing = new Map<string, Promise<void>>();
  #failed = false;

  private constructor(options: KnownGoodOptions, ids: Iterable<string>) {
    this.#options = options;
    this.#ids = new Set(ids);
  }

  static async open(options: KnownGoodOptions): Promise<KnownGoodFiles> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    const names = await readdir(options.directory);
    return new KnownGoodFiles(
      options,
      names.flatMap((name) => filePattern.exec(name)?.[1] ?? []),
    );
  }

  /** Ids of algorithms. */
  get ids(): readonly string[] {
    return [...this.#ids];
  }

  has(algorithmId: string): boolean {
    return this.#ids.has(algorithmId);
  }

  /**
   * Writes it in place of what was there. Where several are wanted at once, the last one counts. The file is there when this returns,
   * or the problem was said once in the log. A loss of power may undo the last few: then a backend has to be asked. Never throws.
   */
  keep(algorithmId: string, setHash: string, content: () => KnownGood): Promise<void> {
    return this.#turn(algorithmId, { setHash, content });
  }

  /** It is gone when this returns. Never throws. */
  remove(algorithmId: string): Promise<void> {
    return this.has(algorithmId) || this.#writing.has(algorithmId) ? this.#turn(algorithmId, null) : Promise.resolve();
  }

  async clear(): Promise<void> {
    await Promise.all([...this.#ids, ...this.#writing.keys()].map((id) => this.remove(id)));
  }

  /** Resolves when nothing is being written. */
  async ended(): Promise<void> {
    while (this.#writing.size > 0) await Promise.all(this.#writing.values());
  }

  /** Null where there is none that this worker sealed. */
  async read(algorithmId: string): Promise<(KnownGood & { readonly setHash: string }) | null> {
    if (!this.has(algorithmId)) return null;
    const { directory, keys, log } = this.#options;
    try {
      const text = await readFile(path.join(directory, fileOf(algorithmId)), 'utf8');
      const { setHash, bytes } = await openParts(keys, algorithmId, JSON.parse(text));
      try {
        return { ...KnownGood.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))), setHash };
      } finally {
        bytes.fill(0);
      }
    } catch (error) {
      const reason = error instanceof SealingError ? error.message : undefined;
      log.warn({ algorithmId, reason, cause: errorName(error) }, 'what was kept of an algorithm is not used');
      return null;
    }
  }

  async #turn(algorithmId: string, wanted: Wanted | null): Promise<void> {
    this.#wanted.set(algorithmId, wanted);
    while (this.#wanted.has(algorithmId)) await this.#begin(algorithmId);
  }

  #begin(algorithmId: string): Promise<void> {
    const running = this.#writing.get(algorithmId);
    if (running !== undefined) return running;
    const write = this.#writeWanted(algorithmId).finally(() => this.#writing.delete(algorithmId));
    this.#writing.set(algorithmId, write);
    return write;
  }

  async #writeWanted(algorithmId: string): Promise<void> {
    for (;;) {
      const wanted = this.#wanted.get(algorithmId);
      this.#wanted.delete(algorithmId);
      if (wanted === undefined) return;
      await (wanted === null ? this.#delete(algorithmId) : this.#write(algorithmId, wanted));
    }
  }

  async #write(algorithmId: string, { setHash, content }: Wanted): Promise<void> {
    const { directory, keys, log, write = replaceStateFile } = this.#options;
    const bytes = Buffer.from(JSON.stringify(content()), 'utf8');
    try {
      const records = await sealParts(keys, { algorithmId, setHash, bytes });
      await write(directory, fileOf(algorithmId), JSON.stringify(records));
      this.#ids.add(algorithmId);
      if (this.#failed) log.info('what is kept for an outage can be written again');
      this.#failed = false;
    } catch (error) {
      // half of it would take the room that others need
      await rm(path.join(directory, `${fileOf(algorithmId)}.new`), { force: true }).catch(() => undefined);
      if (!this.#failed) {
        const text = 'what is kept for an outage cannot be written: check whether the disk of this worker is full';
        log.warn({ cause: errorName(error) }, text);
      }
      this.#failed = true;
    } finally {
      bytes.fill(0);
    }
  }

  async #delete(algorithmId: string): Promise<void> {
    const { directory, log } = this.#options;
    this.#ids.delete(algorithmId);
    await rm(path.join(directory, fileOf(algorithmId)), { force: true }).catch((error: unknown) =>
      log.warn({ algorithmId, cause: errorName(error) }, 'what was kept of an algorithm cannot be removed'),
    );
  }
}
