import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeStateFile } from '../state/write-state-file.ts';

const fileName = 'confirmed-times.json';

const SavedTimes = z.object({
  heardAt: z.number(),
  /** by id, of the algorithms that may have changed before `heardAt` */
  behind: z.record(z.string(), z.number()),
});

interface Confirmed {
  at: number;
  /** nothing was heard of a change since */
  isCurrent: boolean;
}

/**
 * When what this worker has of an algorithm was last known to be the newest: when the backend said so, and after that for as long as
 * the backend is heard and says nothing of a change. All times are of the `AgeClock`.
 */
export class ConfirmedTimes {
  readonly #directory: string;
  readonly #now: () => number;
  readonly #times = new Map<string, Confirmed>();
  #heardAt: number;

  private constructor(directory: string, now: () => number, saved: z.infer<typeof SavedTimes> | undefined) {
    this.#directory = directory;
    this.#now = now;
    this.#heardAt = saved?.heardAt ?? 0;
    this.#saved = saved;
  }

  readonly #saved: z.infer<typeof SavedTimes> | undefined;

  /** @param now of the worker's `AgeClock` */
  static async open(directory: string, now: () => number): Promise<ConfirmedTimes> {
    const text = await readFile(path.join(directory, fileName), 'utf8').catch(() => null);
    return new ConfirmedTimes(directory, now, text === null ? undefined : SavedTimes.safeParse(parsed(text)).data);
  }

  /** Of an algorithm that an earlier process of this worker has kept. */
  remember(algorithmId: string): void {
    if (this.#saved === undefined || this.#times.has(algorithmId)) return;
    const at = this.#saved.behind[algorithmId] ?? this.#saved.heardAt;
    this.#times.set(algorithmId, { at, isCurrent: false });
  }

  /** The backend began to read its database so long ago, and told of everything that changed before. */
  heard(agoMilliseconds: number): void {
    this.#heardAt = Math.max(this.#heardAt, this.#now() - agoMilliseconds);
  }

  /** @param algorithmIds those that may have changed; null: all */
  changed(algorithmIds: readonly string[] | null): void {
    for (const id of algorithmIds ?? this.#times.keys()) {
      const confirmed = this.#times.get(id);
      if (confirmed?.isCurrent === true) this.#times.set(id, { at: this.at(id), isCurrent: false });
    }
  }

  /**
   * The backend said of what this worker has that it is the newest.
   * @param isCurrent false where something was heard of a change while the answer was on its way
   */
  confirm(algorithmId: string, isCurrent: boolean): void {
    this.#times.set(algorithmId, { at: this.#now(), isCurrent });
  }

  /** What this worker has of it was the newest at that time, as it wrote itself. */
  raise(algorithmId: string, at: number): void {
    if (this.at(algorithmId) < at) this.#times.set(algorithmId, { at, isCurrent: false });
  }

  forget(algorithmId: string): void {
    this.#times.delete(algorithmId);
  }

  /** 0 where it was never confirmed. */
  at(algorithmId: string): number {
    const confirmed = this.#times.get(algorithmId);
    if (confirmed === undefined) return 0;
    return confirmed.isCurrent ? Math.max(confirmed.at, this.#heardAt) : confirmed.at;
  }

  /** On disk when this returns. A process that is killed before loses what came since: what is kept then counts as older. */
  write(): Promise<void> {
    const behind = [...this.#times].filter(([, { isCurrent }]) => !isCurrent).map(([id, { at }]) => [id, at]);
    const saved = { heardAt: this.#heardAt, behind: Object.fromEntries(behind) };
    return writeStateFile(this.#directory, fileName, JSON.stringify(saved));
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
