const firstMilliseconds = 1_000;
const longestMilliseconds = 60_000;
/** A run that lasted as long was a good one: the next failure is the first again. */
const goodMilliseconds = 60_000;

/** How long a command that failed rests: 1 s, then twice as long each time up to 60 s, less by chance. */
export class Backoff {
  #longest = firstMilliseconds;
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** @param ranMilliseconds how long the run lasted that failed */
  next(ranMilliseconds: number): number {
    if (ranMilliseconds >= goodMilliseconds) this.#longest = firstMilliseconds;
    const longest = this.#longest;
    this.#longest = Math.min(longest * 2, longestMilliseconds);
    return Math.max(firstMilliseconds, (longest * (1 + this.#random())) / 2);
  }
}
