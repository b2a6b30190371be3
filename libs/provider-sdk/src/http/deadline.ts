import type { SecretContext } from '../secret-provider.ts';
import { VaultProblemError } from '../errors.ts';

/** The most that a host grants a call. Its signal comes a little earlier. */
const callMilliseconds = 10_000;

/** For hosts that give no signal: leaves the provider time to report what went wrong. */
const withoutSignalMilliseconds = 8_500;

/** How long one call of the host may take, including all its requests and retries. */
export class Deadline {
  readonly #endsAt: number;
  readonly #signal: AbortSignal | undefined;

  /**
   * @param milliseconds less than the 10,000 that the host grants a call, so that the provider can report what went wrong
   * @param signal ends it earlier
   */
  constructor(milliseconds: number, signal?: AbortSignal) {
    this.#endsAt = performance.now() + milliseconds;
    this.#signal = signal;
  }

  /**
   * The time of the call that a context belongs to. Make it at the start of a method, and pass it to all of its requests.
   * @param milliseconds where the host gives no signal; 8,500 by default
   */
  static of({ signal }: SecretContext, milliseconds = withoutSignalMilliseconds): Deadline {
    return signal ? new Deadline(callMilliseconds, signal) : new Deadline(milliseconds);
  }

  get remainingMilliseconds(): number {
    return this.#signal?.aborted ? 0 : Math.max(0, this.#endsAt - performance.now());
  }

  /** Aborts at the end, or after `milliseconds` if that is earlier. */
  signal(milliseconds = Number.POSITIVE_INFINITY): AbortSignal {
    const timeout = AbortSignal.timeout(Math.min(milliseconds, Math.ceil(this.remainingMilliseconds)));
    return this.#signal ? AbortSignal.any([this.#signal, timeout]) : timeout;
  }

  /**
   * Waits for work that other calls wait for too, and that may have more time than this one.
   * @throws {VaultProblemError} `timed-out`
   */
  async waitFor<T>(work: Promise<T>): Promise<T> {
    const signal = this.signal();
    const { promise, reject } = rejectable();
    const giveUp = () => reject(new VaultProblemError('timed-out'));
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
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
