const failuresMaximum = 5;
const firstPauseMilliseconds = 1_000;
const longestPauseMilliseconds = 60_000;

export interface BreakerOptions {
  /** whether a failure says that nobody answered; others count as answers */
  readonly isOutage: (error: unknown) => boolean;
  /** for tests */
  readonly now?: () => number;
  readonly random?: () => number;
}

/**
 * Leaves alone what has failed five times in a row, so that callers do not wait for its timeouts: they get the last failure at once.
 * After a pause one call tries again; the pauses grow from a second to a minute, and differ by chance.
 */
export class CircuitBreaker {
  readonly #isOutage: (error: unknown) => boolean;
  readonly #now: () => number;
  readonly #random: () => number;
  #failures = 0;
  #lastFailure: unknown;
  #triedAgainAt = 0;
  #isTrying = false;

  constructor({ isOutage, now = () => performance.now(), random = Math.random }: BreakerOptions) {
    this.#isOutage = isOutage;
    this.#now = now;
    this.#random = random;
  }

  /** @throws what `call` throws, or what an earlier one threw, without a call */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#failures < failuresMaximum) return this.#watched(call);
    if (this.#isTrying || this.#now() < this.#triedAgainAt) throw this.#lastFailure;
    this.#isTrying = true;
    try {
      return await this.#watched(call);
    } finally {
      this.#isTrying = false;
    }
  }

  async #watched<T>(call: () => Promise<T>): Promise<T> {
    try {
      const answer = await call();
      this.#failures = 0;
      return answer;
    } catch (error) {
      if (this.#isOutage(error)) this.#failed(error);
      else this.#failures = 0;
      throw error;
    }
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    this.#lastFailure = error;
    if (this.#failures < failuresMaximum) return;
    const longest = Math.min(
      firstPauseMilliseconds * 2 ** (this.#failures - failuresMaximum),
      longestPauseMilliseconds,
    );
    this.#triedAgainAt = this.#now() + (longest * (1 + this.#random())) / 2;
  }
}
