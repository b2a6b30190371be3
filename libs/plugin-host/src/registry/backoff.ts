const firstPauseMilliseconds = 250;
const longestPauseMilliseconds = 30_000;

/** How long to leave something alone that fails again and again: not at all after the first time, then ever longer. */
export class Backoff {
  #failures = 0;
  #until = 0;

  succeeded(): void {
    this.#failures = 0;
    this.#until = 0;
  }

  failed(now = performance.now()): void {
    this.#failures += 1;
    const pause = this.#failures === 1 ? 0 : firstPauseMilliseconds * 2 ** (this.#failures - 2);
    this.#until = now + Math.min(pause, longestPauseMilliseconds);
  }

  remainingMilliseconds(now = performance.now()): number {
    return Math.max(0, this.#until - now);
  }
}
