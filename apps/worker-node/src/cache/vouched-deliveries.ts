/**
 * How long a beat counts, from the beginning of the reading of the database that it tells of. A write that this worker is not told of,
 * because its line to the backend hangs, is in force when this time is over: after less than 2 s. Beats come each second.
 */
export const beatCountsMilliseconds = 1_900;
/** Beyond these, everything is asked for once more. */
const rememberedMaximum = 10_000;

export interface VouchedOptions {
  /** for tests */
  readonly now?: () => number;
}

/** Hears of the same as this worker does. */
export interface StreamListener {
  /** @param agoMilliseconds how long ago the backend began to read its database */
  heard(agoMilliseconds: number): void;
  /**
   * @param algorithmIds those of which the newest delivery may be another now; null: all
   * @param setHash of the newest set of the one algorithm, which the backend sends in a moment; left out: it sends none
   */
  changed(algorithmIds: readonly string[] | null, setHash?: string): void;
}

interface OfAlgorithm {
  readonly set: { readonly algorithmId: string };
}

/**
 * Which deliveries are the newest without asking: those that a backend sent, or called unchanged, and of which no stream has said
 * anything since. A stream begins with what changed since the last beat of the one before. This holds while beats come, and for 1.9 s
 * after the last one.
 */
export class VouchedDeliveries {
  readonly #now: () => number;
  /** at which hint the backend was asked for it */
  readonly #askedAt = new WeakMap<OfAlgorithm, number>();
  /** at which hint something was last said of an algorithm, by its id */
  readonly #changedAt = new Map<string, number>();
  /** which set a hint named last as the newest, and at which hint, by the id of the algorithm */
  readonly #named = new Map<string, { readonly setHash: string; readonly hint: number }>();
  /** sets that are on their way on the stream, by the id of the algorithm */
  readonly #coming = new Map<string, { readonly settled: Promise<void>; readonly settle: () => void }>();
  #allChangedAt = 0;
  #hints = 0;
  #beatAt: number | null = null;
  readonly #listeners: StreamListener[] = [];

  constructor({ now = () => performance.now() }: VouchedOptions = {}) {
    this.#now = now;
  }

  /** @param listener is told before a change counts here */
  listen(listener: StreamListener): void {
    this.#listeners.push(listener);
  }

  /** @param readAt when the backend began to read the database, by the clock of this process; an older one than before adds nothing */
  beat(readAt: number): void {
    this.#beatAt = Math.max(readAt, this.#beatAt ?? readAt);
    for (const listener of this.#listeners) listener.heard(this.#now() - this.#beatAt);
  }

  /** See `StreamListener`. */
  changed(algorithmIds: readonly string[] | null, setHash?: string): void {
    for (const listener of this.#listeners) listener.changed(algorithmIds, setHash);
    this.#hints += 1;
    if (algorithmIds === null || this.#changedAt.size + algorithmIds.length > rememberedMaximum) {
      this.#allChangedAt = this.#hints;
      this.#changedAt.clear();
      this.#named.clear();
      return;
    }
    for (const id of algorithmIds) {
      this.#changedAt.set(id, this.#hints);
      if (setHash === undefined) this.#named.delete(id);
      else this.#named.set(id, { setHash, hint: this.#hints });
    }
  }

  /** The stream has ended: nothing is vouched for before the first beat of the next one. */
  end(): void {
    this.#beatAt = null;
    this.#named.clear();
  }

  /** To be taken before the backend is asked, and given to `vouch` with its answer. */
  get moment(): number {
    return this.#hints;
  }

  /** The moment at which the backend named this set as the newest of the algorithm; null where it did not, or something came after. */
  namedAt(algorithmId: string, setHash: string): number | null {
    const named = this.#named.get(algorithmId);
    return named?.setHash === setHash ? named.hint : null;
  }

  /** A set that a hint named is waited for: who needs it now may wait too. It ends with `came`. */
  expect(algorithmId: string): void {
    if (this.#coming.has(algorithmId)) return;
    let settle: () => void = () => undefined;
    const settled = new Promise<void>((resolve) => void (settle = resolve));
    this.#coming.set(algorithmId, { settled, settle: () => settle() });
  }

  /** It was taken, or is not waited for any more. */
  came(algorithmId: string): void {
    this.#coming.get(algorithmId)?.settle();
    this.#coming.delete(algorithmId);
  }

  /** Resolves when the algorithm's set that is on its way was taken, or is given up; null where none is on its way. */
  coming(algorithmId: string): Promise<void> | null {
    return this.#coming.get(algorithmId)?.settled ?? null;
  }

  /**
   * The backend answered with this delivery. That counts until a hint comes, or came between question and answer.
   * @returns whether none came
   */
  vouch(delivery: OfAlgorithm, moment: number): boolean {
    this.#askedAt.set(delivery, moment);
    return moment >= this.#changedAtOf(delivery);
  }

  /** The backend is asked the next time. */
  doubt(delivery: OfAlgorithm): void {
    this.#askedAt.delete(delivery);
  }

  /** Whether it is what the backend would answer now. */
  isNewest(delivery: OfAlgorithm): boolean {
    const askedAt = this.#askedAt.get(delivery);
    if (askedAt === undefined || this.#beatAt === null) return false;
    return askedAt >= this.#changedAtOf(delivery) && this.#now() - this.#beatAt <= beatCountsMilliseconds;
  }

  #changedAtOf({ set }: OfAlgorithm): number {
    return Math.max(this.#allChangedAt, this.#changedAt.get(set.algorithmId) ?? 0);
  }
}
