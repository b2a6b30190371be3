const windowMilliseconds = 10_000;

/** Counts what a plugin writes to its log. The text itself is dropped: it could hold a value. */
export class LogMeter {
  readonly #maximumBytes: number;
  #windowStart = 0;
  #inWindow = 0;
  #total = 0;

  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  get totalBytes(): number {
    return this.#total;
  }

  /** False when this is more than a plugin may write in ten seconds. */
  count(bytes: number, now = performance.now()): boolean {
    if (now - this.#windowStart >= windowMilliseconds) {
      this.#windowStart = now;
      this.#inWindow = 0;
    }
    this.#inWindow += bytes;
    this.#total += bytes;
    return this.#inWindow <= this.#maximumBytes;
  }
}
