import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { PoolLogPart } from '@secret-store/api/schemas';
import {
  envelopeSchema,
  foundingSchema,
  type PoolHead,
  type PoolLog,
  type PoolTrust,
  type RootPublic,
  SealingError,
} from '@secret-store/sealing';
import { z } from 'zod';
import { SettingError } from '../errors/setting-error.ts';
import { type PoolFloor, PoolFloors, poolFloorsName } from '../state/handed-marks.ts';
import { writeStateFile } from '../state/write-state-file.ts';
import { type FollowedLog, followFromFounding, followLog, foundLog } from './followed-log.ts';

const LogFile = z.object({ founding: foundingSchema, entries: z.array(envelopeSchema) });
type LogFile = z.infer<typeof LogFile>;

const logNames = /^pool-[0-9a-f-]{36}\.json$/;

export interface PinnedLogsOptions {
  /** the folder `state` of the worker's folder */
  readonly directory: string;
  readonly root: RootPublic;
  readonly workerId: string;
}

/**
 * The pools' logs as far as this worker has verified them. They are kept on disk and only grow: a log that is shorter, or that parts
 * from the one that is held, is not taken from anyone.
 */
export class PinnedLogs {
  readonly #options: PinnedLogsOptions;
  readonly #logs = new Map<string, FollowedLog>();
  /** as far as the member that let this worker in had seen them */
  readonly #floors: ReadonlyMap<string, PoolHead>;
  readonly #trust: PoolTrust;
  #firstId: string | null = null;
  /** one at a time: of two that were verified against the same log, the shorter may be written last */
  #taking: Promise<unknown> = Promise.resolve();

  private constructor(options: PinnedLogsOptions, files: readonly LogFile[], floors: readonly PoolFloor[]) {
    this.#options = options;
    this.#floors = new Map(floors.map(({ poolId, ...head }) => [poolId, head]));
    const first = (): PoolLog | null => this.first;
    this.#trust = {
      root: options.root,
      get first() {
        return first();
      },
    };
    for (const file of files)
      this.#adopt(followFromFounding({ ...file, poolId: '', from: 0 }, this.#trustOf(file.founding), options.workerId));
  }

  /** @throws {SettingError} where a file is damaged: its worker must not start with less than it had seen */
  static async open(options: PinnedLogsOptions): Promise<PinnedLogs> {
    const { directory } = options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const names = (await readdir(directory)).filter((name) => logNames.test(name));
    const files = await Promise.all(names.map((name) => readParsed(directory, name, LogFile)));
    // the others are founded by members of the first
    files.sort((a, b) => Number('signed' in a.founding) - Number('signed' in b.founding));
    const floors = await readFloors(directory);
    try {
      return new PinnedLogs(options, files, floors);
    } catch (error) {
      if (!(error instanceof SealingError)) throw error;
      throw new SettingError(`a pool's log in ${directory} is damaged (${error.message}): ${remedy}`, { cause: error });
    }
  }

  /** Of the store's first pool; null before it is held. */
  get first(): PoolLog | null {
    return this.#firstId === null ? null : (this.#logs.get(this.#firstId)?.log ?? null);
  }

  get all(): readonly PoolLog[] {
    return [...this.#logs.values()].map(({ log }) => log);
  }

  log(poolId: string): PoolLog | null {
    return this.#logs.get(poolId)?.log ?? null;
  }

  /** With what is for this worker alone. */
  followed(poolId: string): FollowedLog | null {
    return this.#logs.get(poolId) ?? null;
  }

  /** By pool id, how many entries are held. */
  get held(): Record<string, number> {
    return Object.fromEntries([...this.#logs].map(([poolId, { log }]) => [poolId, log.head.number]));
  }

  /**
   * Verifies entries that follow what is held, and keeps them: on disk when this returns. Those that are held already are skipped.
   * @throws {SealingError} when they do not follow, or one may not be there: what is held stays as it is
   */
  take(part: PoolLogPart): Promise<void> {
    const taken = this.#taking.then(() => this.#take(part));
    this.#taking = taken.catch(() => undefined);
    return taken;
  }

  async #take(part: PoolLogPart): Promise<void> {
    const held = this.#logs.get(part.poolId) ?? null;
    const number = held?.log.head.number ?? 0;
    if (part.from > number)
      throw new SealingError('BAD_RECORD', 'entries are missing between the log that is held and these');
    const founded = held ?? foundLog(part.founding, this.#trustOf(part.founding));
    if (founded.log.poolId !== part.poolId) throw new SealingError('UNTRUSTED', 'the log is of another pool');
    const next = followLog(founded, part.entries.slice(number - part.from), this.#options.workerId);
    this.#requireFloor(next.log);
    if (held !== null && next.log.head.number === number) return;
    await writeLog(this.#options.directory, next.log);
    this.#adopt(next);
  }

  #requireFloor(log: PoolLog): void {
    const floor = this.#floors.get(log.poolId);
    if (floor !== undefined && !log.has(floor))
      throw new SealingError('UNTRUSTED', 'the log is not the one that the member had which let this worker in');
  }

  /** Only the root certifies a first pool, and only one is held. */
  #trustOf(founding: unknown): PoolTrust {
    const isSigned = typeof founding === 'object' && founding !== null && 'signed' in founding;
    if (isSigned) return this.#trust;
    return { root: this.#trust.root, first: null };
  }

  #adopt(followed: FollowedLog): void {
    const { log } = followed;
    if (log.isFirst && (this.#firstId ?? log.poolId) !== log.poolId)
      throw new SealingError('UNTRUSTED', 'a store has one first pool, and this log is of another');
    if (log.isFirst) this.#firstId = log.poolId;
    this.#logs.set(log.poolId, followed);
  }
}

/** On disk when this returns. */
export const writeLog = (directory: string, { poolId, founding, entries }: PoolLog): Promise<void> =>
  writeStateFile(directory, `pool-${poolId}.json`, JSON.stringify({ founding, entries }));

const readFloors = async (directory: string): Promise<readonly PoolFloor[]> =>
  (await readdir(directory)).includes(poolFloorsName) ? readParsed(directory, poolFloorsName, PoolFloors) : [];

const remedy = "remove the worker's folder and join again";

const readParsed = async <Output>(directory: string, name: string, schema: z.ZodType<Output>): Promise<Output> => {
  const file = path.join(directory, name);
  const text = await readFile(file, 'utf8');
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new SettingError(`${file} is damaged: ${remedy}`, { cause: error });
  }
};
