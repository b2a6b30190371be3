import { VaultProblemError } from '../errors.ts';
import { maximumConnections } from './connections.ts';
import type { Deadline } from './deadline.ts';

interface Waiting {
  readonly start: () => void;
}

/**
 * How many requests of one provider are in flight, learnt from what the vault answers: each answer raises the limit a little, a
 * refusal for too many requests halves it (additive increase, multiplicative decrease, as TCP does). While the vault asks to be
 * left alone, nothing is sent. One for each provider, shared by all of its calls.
 */
export class RequestLimit {
  #limit = maximumConnections;
  #inFlight = 0;
  /** refusals of requests that were sent before the last decrease say nothing new */
  #decreases = 0;
  #notBefore = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting = new Set<Waiting>();

  /**
   * Sends when it is this request's turn.
   * @param refusedFor how long the vault asks to be left alone, in milliseconds, 0 where it does not say; undefined for an
   *   answer that is not a refusal for too many requests
   * @throws {VaultProblemError} `throttled` if its turn does not come before the deadline
   */
  async run<Answer>(
    send: () => Promise<Answer>,
    deadline: Deadline,
    refusedFor: (answer: Answer) => number | undefined,
  ): Promise<Answer> {
    await this.#turn(deadline);
    const decreases = this.#decreases;
    try {
      const answer = await send();
      const pause = refusedFor(answer);
      if (pause === undefined) this.#limit = Math.min(maximumConnections, this.#limit + 1 / this.#limit);
      else this.#slowDown(decreases, pause);
      return answer;
    } finally {
      this.#inFlight -= 1;
      this.#startNext();
    }
  }

  #slowDown(decreases: number, pauseMilliseconds: number): void {
    this.#notBefore = Math.max(this.#notBefore, performance.now() + pauseMilliseconds);
    if (decreases !== this.#decreases) return;
    this.#decreases += 1;
    this.#limit = Math.max(1, this.#limit / 2);
  }

  #turn(deadline: Deadline): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = deadline.signal();
      const giveUp = () => {
        this.#waiting.delete(waiting);
        reject(new VaultProblemError('throttled'));
      };
      const waiting = {
        start: () => {
          end.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      end.addEventListener('abort', giveUp);
      this.#waiting.add(waiting);
      this.#startNext();
      if (end.aborted) giveUp();
    });
  }

  /** Those that waited longest first. */
  #startNext(): void {
    const pause = this.#notBefore - performance.now();
    if (pause > 0) return this.#startLater(pause);
    for (const waiting of this.#waiting) {
      if (this.#inFlight >= Math.floor(this.#limit)) return;
      this.#waiting.delete(waiting);
      this.#inFlight += 1;
      waiting.start();
    }
  }

  #startLater(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#startNext(), Math.ceil(milliseconds)).unref();
  }
}
