import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type AuditHead,
  type Envelope,
  envelopeSchema,
  type RootPublic,
  verifyAuditHead,
  backendKeyOf,
} from '@secret-store/sealing';
import { Mutex } from 'async-mutex';
import { z } from 'zod';
import { SettingError } from '../errors/setting-error.ts';
import { writeStateFile } from './write-state-file.ts';

const headFileName = 'head.json';
const writtenEachMilliseconds = 1_000;

export const SignedHead = z.object({
  head: envelopeSchema,
  /** of the backend that signed it */
  backendCertificate: envelopeSchema,
});
export type SignedHead = z.infer<typeof SignedHead>;

export interface NewestHeadOptions {
  readonly directory: string;
  readonly root: RootPublic;
  /** for tests */
  readonly now?: () => number;
}

/** That a backend signed which the root certified. */
export interface VerifiedHead {
  readonly signed: SignedHead;
  readonly head: AuditHead;
}

/**
 * The newest audit head that a certified backend signed. It is kept on disk, so that this worker can tell a backend that
 * has lost its own how far the store had come.
 */
export class NewestHead {
  readonly #options: NewestHeadOptions;
  readonly #now: () => number;
  #kept: VerifiedHead | null;
  #written: VerifiedHead | null;
  #writtenAt = Number.NEGATIVE_INFINITY;
  readonly #writing = new Mutex();

  private constructor(options: NewestHeadOptions, kept: VerifiedHead | null) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#kept = kept;
    this.#written = kept;
  }

  static async open(options: NewestHeadOptions): Promise<NewestHead> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    const file = path.join(options.directory, headFileName);
    const text = await readFile(file, 'utf8').catch(nullIfMissing);
    if (text === null) return new NewestHead(options, null);
    try {
      return new NewestHead(options, verified(SignedHead.parse(JSON.parse(text)), options.root));
    } catch (error) {
      throw new SettingError(`${file} is damaged: remove it if you trust the database as it is now`, { cause: error });
    }
  }

  get envelope(): Envelope | null {
    return this.#kept?.signed.head ?? null;
  }

  /** What it says. */
  get place(): AuditHead | null {
    return this.#kept?.head ?? null;
  }

  /** With the certificate of the backend that signed it. */
  get signed(): SignedHead | null {
    return this.#kept?.signed ?? null;
  }

  /**
   * Keeps the head if it is newer. It is on disk within a second of calls.
   * @throws {SealingError} when no backend that the root certified signed it
   */
  async note(head: unknown, backendCertificate: unknown): Promise<void> {
    await this.keep(verified({ head, backendCertificate }, this.#options.root));
  }

  /** The same for one whose signature is known to be genuine. */
  async keep(offered: VerifiedHead): Promise<void> {
    if (this.#kept === null || isNewer(offered.head, this.#kept.head)) this.#kept = offered;
    if (this.#now() - this.#writtenAt >= writtenEachMilliseconds) await this.write();
  }

  /** Puts on disk what is not there yet. */
  write(): Promise<void> {
    return this.#writing.runExclusive(async () => {
      const kept = this.#kept;
      if (kept === null || kept === this.#written) return;
      this.#writtenAt = this.#now();
      await writeStateFile(this.#options.directory, headFileName, JSON.stringify(kept.signed));
      this.#written = kept;
    });
  }
}

/** Kept for the next start of a worker. On disk when this returns. @throws {SealingError} as `note` */
export const writeHead = async (directory: string, head: SignedHead, root: RootPublic): Promise<void> =>
  writeStateFile(directory, headFileName, JSON.stringify(verified(head, root).signed));

const verified = (offered: { head: unknown; backendCertificate: unknown }, root: RootPublic): VerifiedHead => {
  const signerKey = backendKeyOf(offered.backendCertificate, root);
  const head = verifyAuditHead(offered.head, signerKey);
  return { head, signed: SignedHead.parse(offered) };
};

const isNewer = (head: AuditHead, than: AuditHead): boolean =>
  head.epoch === than.epoch ? head.sequence > than.sequence : head.epoch > than.epoch;

const nullIfMissing = (error: unknown): null => {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
};
