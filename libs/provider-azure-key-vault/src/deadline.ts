/** How long one call of the host may take, over all its requests and retries. */
export class Deadline {
  readonly #endsAt: number;

  constructor(milliseconds: number) {
    this.#endsAt = performance.now() + milliseconds;
  }

  get remainingMilliseconds(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }

  /** Fires after `milliseconds`, or earlier where less than that remains. */
  signal(milliseconds: number): AbortSignal {
    return AbortSignal.timeout(Math.min(milliseconds, Math.ceil(this.remainingMilliseconds)));
  }
}
