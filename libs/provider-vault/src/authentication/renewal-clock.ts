/** The fraction of a lease after which it is renewed. */
const renewedAfter = 0.8;

/** Node's timers are limited to 2^31 - 1 ms. */
const longestTimerMilliseconds = 86_400_000;

/** Knows when a lease is due for renewal, and rings then, even without calls. Does not keep the process alive. */
export class RenewalClock {
  readonly #ring: () => void;
  #dueAt = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  get isDue(): boolean {
    return performance.now() >= this.#dueAt;
  }

  /** @param leaseSeconds what is left of the lease; 0: it does not expire */
  start(leaseSeconds: number, fullSeconds = leaseSeconds): void {
    if (leaseSeconds === 0) this.stop();
    else this.ringIn(leaseSeconds - fullSeconds * (1 - renewedAfter));
  }

  ringIn(seconds: number): void {
    this.#dueAt = performance.now() + Math.max(seconds, 0) * 1_000;
    this.#wait();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#dueAt = Number.POSITIVE_INFINITY;
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const milliseconds = Math.min(Math.max(this.#dueAt - performance.now(), 0), longestTimerMilliseconds);
    this.#timer = setTimeout(() => (this.isDue ? this.#ring() : this.#wait()), milliseconds);
    this.#timer.unref();
  }
}

/** After a renewal that failed because the server was out of reach. */
export const retrySeconds = 10;
