import { VaultProblemError } from '../errors.ts';

/** How long one call of the host may take, including all its requests and retries. */
export class Deadline {
  readonly #endsAt: number;

  /** @param milliseconds less than the 10,000 that the host grants a call, so that the provider can report what went wrong */
  constructor(milliseconds: number) {
    this.#endsAt = performance.now() + milliseconds;
  }

  get remainingMilliseconds(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }

  /** Aborts after `milliseconds`, or earlier if less than that remains. */
  signal(milliseconds: number): AbortSignal {
    return AbortSignal.timeout(Math.min(milliseconds, Math.ceil(this.remainingMilliseconds)));
  }

  /**
   * Waits for work that other calls wait for too, and that may have more time than this one.
   * @throws {VaultProblemError} `timed-out`
   */
  async waitFor<T>(work: Promise<T>): Promise<T> {
    const signal = this.signal(Number.MAX_SAFE_INTEGER);
    const { promise, reject } = rejectable();
    const giveUp = () => reject(new VaultProblemError('timed-out'));
    signal.addEventListener('abort', giveUp);
    try {
      return await Promise.race([work, promise]);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }
}

const rejectable = (): { promise: Promise<never>; reject: (reason: Error) => void } => {
  let reject: (reason: Error) => void = () => undefined;
  const promise = new Promise<never>((_resolve, rejectPromise) => {
    reject = rejectPromise;
  });
  return { promise, reject };
};
