import type { RowMemory } from '../../rows/row-memory.ts';

interface Reading<Result> {
  /** what the memory had heard of when it began */
  readonly changes: number;
  readonly result: Promise<Result>;
}

/**
 * Workers that hear of a change ask for the same at once: those that ask while a reading is under way get its result, unless this
 * backend has heard of a change since it began.
 */
export class SharedReadings<Result> {
  readonly #memory: Pick<RowMemory, 'changes'>;
  readonly #underWay = new Map<string, Reading<Result>>();

  constructor(memory: Pick<RowMemory, 'changes'>) {
    this.#memory = memory;
  }

  /** @param key of what is read: `read` does the same for each caller that gives it */
  read(key: string, read: () => Promise<Result>): Promise<Result> {
    const { changes } = this.#memory;
    const present = this.#underWay.get(key);
    if (present?.changes === changes) return present.result;
    const reading: Reading<Result> = {
      changes,
      result: read().finally(() => {
        if (this.#underWay.get(key) === reading) this.#underWay.delete(key);
      }),
    };
    this.#underWay.set(key, reading);
    return reading.result;
  }
}
