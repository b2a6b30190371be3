import { setTimeout as delay } from 'node:timers/promises';
import {
  type ProviderActivation,
  type RestoreEpoch,
  type RootPublic,
  type SetBody,
  verifyRestoreEpoch,
} from '@secret-store/sealing';
import { Mutex } from 'async-mutex';
import { z } from 'zod';
import { exitCode } from '../errors/exit-code.ts';
import { OlderThanSeen, ResolveFailure } from '../errors/resolve-failure.ts';
import { markOf, refuseUnlessFollows } from './follow-set.ts';
import { type AlgorithmMark, type Mark, type ProviderMark, readMarks, stageMark } from './mark-files.ts';
import { readRestore, underRestore, writeRestore } from './restore-file.ts';
import type { StagedFile } from './write-state-file.ts';

/** To flush takes a processor and the disk longer than to accept. At most so long, and at least half of it, others go first. */
const flushedInMilliseconds = 400;

export interface MarksFolder {
  readonly directory: string;
  /** whose word a restore is */
  readonly root: RootPublic;
  /** for tests */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

/** What is written and not on the disk yet. */
interface Flush {
  /** never rejects */
  readonly ended: Promise<void>;
  /** ends the wait before it */
  readonly hurry: () => void;
}

/**
 * The newest state that this worker has seen, so that older signed records are refused. Each accept compares and
 * moves the mark in one step, and returns when the mark is in a file, which no end of this process undoes. The disk is flushed within
 * half a second of that: a machine that loses its power before is as one that had not heard of the change yet.
 */
export class HighWaterMarks {
  readonly #folder: MarksFolder;
  readonly #algorithms = new Map<string, AlgorithmMark>();
  readonly #providers = new Map<string, ProviderMark>();
  /** ids whose newest mark is not on disk yet */
  readonly #unwritten = new Set<string>();
  /** those of them that could not be written, and that the next write tries again */
  readonly #failed = new Set<string>();
  /** by id. The next mark has the same name while it is written, and waits for the one before */
  readonly #flushes = new Map<string, Flush>();
  readonly #following = new Mutex();
  #epoch = 0;

  private constructor(folder: MarksFolder, marks: readonly Mark[], restore: RestoreEpoch | null) {
    this.#folder = folder;
    this.#take(marks, restore);
  }

  static async open(folder: MarksFolder): Promise<HighWaterMarks> {
    const marks = await readMarks(folder.directory);
    return new HighWaterMarks(folder, marks, await readRestore(folder.directory, folder.root));
  }

  /** Of the last restore that this worker follows; 0 for none. */
  get epoch(): number {
    return this.#epoch;
  }

  /** As they are now, for a worker that is let in. */
  get all(): readonly Mark[] {
    return [...this.#algorithms.values(), ...this.#providers.values()];
  }

  /** The id of the algorithm that last had the name, as far as this worker has seen. */
  idOf({ owner, name }: Pick<SetBody, 'owner' | 'name'>): string | null {
    for (const mark of this.#algorithms.values())
      if (mark.owner === owner && mark.name === name && !mark.superseded) return mark.algorithmId;
    return null;
  }

  /** Whether exactly this set is the newest that this worker has seen of its algorithm. */
  isNewest({ algorithmId, number }: Pick<SetBody, 'algorithmId' | 'number'>, setHash: string): boolean {
    const mark = this.#algorithms.get(algorithmId);
    return mark !== undefined && !mark.superseded && mark.number === number && mark.setHash === setHash;
  }

  /** @param setHash of the envelope that the set was read from @throws {ResolveFailure} */
  async acceptSet(set: SetBody, setHash: string): Promise<void> {
    const { algorithmId } = set;
    const before = this.#algorithms.get(algorithmId);
    if (before) refuseUnlessFollows(before, set, setHash);
    if (before?.number === set.number && before.entries) return this.#write([algorithmId]);
    const superseded = this.#othersNamed(set);
    this.#advance(named(markOf(before, set, setHash, this.#epoch), algorithmId));
    for (const mark of superseded) this.#advance({ ...mark, superseded: true });
    return this.#write([algorithmId, ...superseded.map((mark) => mark.algorithmId)]);
  }

  /** Whether this worker has seen an activation of the provider, under the restore that it follows. */
  hasActivation(providerId: string): boolean {
    return this.#providers.has(providerId);
  }

  /** @param activationHash of the envelope that the activation was read from @throws {ResolveFailure} */
  async acceptActivation({ providerId, number }: ProviderActivation, activationHash: string): Promise<void> {
    const before = this.#providers.get(providerId);
    if (before && number < before.activationNumber)
      throw new OlderThanSeen('the backend sent an older configuration of the provider');
    if (before?.activationNumber === number && (before.activationHash ?? activationHash) !== activationHash) {
      throw new ResolveFailure(
        exitCode.unavailable,
        `the backend sent two different configurations with the number ${number}: save the provider again`,
      );
    }
    if (before?.activationHash !== activationHash) {
      const mark = { providerId, activationNumber: number, activationHash, epoch: this.#epoch };
      this.#advance(named(mark, providerId));
    }
    return this.#write([providerId]);
  }

  /**
   * Follows a restore of the database: moves to exactly what the root's signature names, once.
   * @throws {SealingError} when it is not the root's @throws {ResolveFailure} when it is older than the one that is followed
   */
  async follow(envelope: unknown): Promise<void> {
    const restore = verifyRestoreEpoch(envelope, this.#folder.root);
    await this.#following.runExclusive(async () => {
      if (restore.epoch < this.#epoch) throw new OlderThanSeen('the backend sent a restore');
      if (restore.epoch === this.#epoch) return;
      await writeRestore(this.#folder.directory, envelope).catch(cannotWrite);
      this.#take([...this.#algorithms.values(), ...this.#providers.values()], restore);
    });
  }

  /** Resolves when all that was accepted is on the disk, as far as it can be. */
  async kept(): Promise<void> {
    while (this.#flushes.size > 0) {
      const flushes = [...this.#flushes.values()];
      for (const flush of flushes) flush.hurry();
      await Promise.all(flushes.map(({ ended }) => ended));
    }
  }

  #take(marks: readonly Mark[], restore: RestoreEpoch | null): void {
    this.#algorithms.clear();
    this.#providers.clear();
    this.#unwritten.clear();
    this.#failed.clear();
    this.#epoch = restore?.epoch ?? 0;
    for (const mark of restore ? underRestore(restore, marks) : marks) this.#keep(mark);
  }

  #othersNamed({ algorithmId, owner, name }: SetBody): AlgorithmMark[] {
    return [...this.#algorithms.values()].filter(
      (mark) => mark.owner === owner && mark.name === name && mark.algorithmId !== algorithmId && !mark.superseded,
    );
  }

  #keep(mark: Mark): string {
    if ('algorithmId' in mark) {
      this.#algorithms.set(mark.algorithmId, mark);
      return mark.algorithmId;
    }
    this.#providers.set(mark.providerId, mark);
    return mark.providerId;
  }

  #advance(mark: Mark): void {
    this.#unwritten.add(this.#keep(mark));
  }

  /**
   * Writes nothing for a mark that is on disk. Also tries what an earlier call could not write, and fails for these ids alone.
   */
  async #write(ids: readonly string[]): Promise<void> {
    const others = [...this.#failed].filter((id) => !ids.includes(id));
    const own = ids.filter((id) => this.#unwritten.has(id));
    if (own.length + others.length === 0) return;
    await Promise.all([
      ...own.map((id) => this.#writeMarkOf(id).catch(cannotWrite)),
      ...others.map((id) => this.#writeMarkOf(id).catch(() => undefined)),
    ]);
  }

  async #writeMarkOf(id: string): Promise<void> {
    // a call that moved it too may write it meanwhile: then it need not be on the disk
    while (this.#unwritten.has(id)) {
      const flush = this.#flushes.get(id);
      if (flush === undefined) return this.#stage(id);
      flush.hurry();
      await flush.ended;
    }
  }

  /** Returns when it is written, and where the disk could not be flushed the last time, when it is on the disk. */
  async #stage(id: string): Promise<void> {
    const hasFailed = this.#failed.delete(id);
    try {
      const staged = this.#marksOf(id).map((mark) => stageMark(this.#folder.directory, mark));
      this.#unwritten.delete(id);
      const keeping = this.#keepAll(id, staged);
      if (!hasFailed) return;
      this.#flushes.get(id)?.hurry();
      await keeping;
    } catch (error) {
      this.#failed.add(id);
      throw error;
    }
  }

  /** What fails here is written again, and said, when something is accepted next. */
  #keepAll(id: string, staged: readonly StagedFile[]): Promise<unknown> {
    const hurried = new AbortController();
    const { pause = (milliseconds, signal) => delay(milliseconds, undefined, { signal }) } = this.#folder;
    const waited = pause(flushedInMilliseconds * (0.5 + Math.random() / 2), hurried.signal).catch(ignore);
    const keeping = waited.then(() => Promise.all(staged.map((file) => file.keep())));
    const ended = keeping
      .then(ignore, () => {
        this.#unwritten.add(id);
        this.#failed.add(id);
      })
      .finally(() => this.#flushes.delete(id));
    this.#flushes.set(id, { ended, hurry: () => hurried.abort() });
    return keeping;
  }

  #marksOf(id: string): Mark[] {
    return [this.#algorithms.get(id), this.#providers.get(id)].filter((mark) => mark !== undefined);
  }
}

const ignore = (): void => undefined;

const cannotWrite = (cause: unknown): never => {
  throw new ResolveFailure(exitCode.unavailable, 'the worker cannot write its state: check whether its disk is full', {
    cause,
  });
};

/** Ids become file names. @throws {ResolveFailure} */
const named = <M extends Mark>(mark: M, id: string): M => {
  if (z.uuid().safeParse(id).success) return mark;
  throw new ResolveFailure(exitCode.unavailable, 'the backend sent an id that is not a UUID');
};
