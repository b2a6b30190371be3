import { E_TIMEOUT, type Semaphore, withTimeout } from 'async-mutex';
import { DatabaseError } from '../database-error.ts';
import { usualLimits, type WaitLimits } from './wait-limits.ts';

export interface WaitOptions {
  /** Waits as long as it takes, and is never refused: for work that goes on when nobody asks for it. */
  readonly isPatient?: boolean;
}

/** Those who wait for a place somewhere: only so many at once, and each for a bounded time. */
export class WaitingRoom {
  readonly #limits: WaitLimits;
  #waiting = 0;

  constructor(limits: WaitLimits = usualLimits) {
    this.#limits = limits;
  }

  /**
   * @returns what gives the place back
   * @throws {DatabaseError} `OVERLOADED` where too many wait, or the time is up
   */
  async enter(places: Semaphore, { isPatient = false }: WaitOptions = {}): Promise<() => void> {
    const [, release] =
      isPatient || !places.isLocked() ? await places.acquire() : await this.waiting(() => this.#wait(places));
    return release;
  }

  /** Counts the work as waiting. @throws {DatabaseError} `OVERLOADED` where too many wait */
  async waiting<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#limits.waiting) throw new DatabaseError('OVERLOADED', 'too much waits already');
    this.#waiting += 1;
    try {
      return await work();
    } finally {
      this.#waiting -= 1;
    }
  }

  async #wait(places: Semaphore): ReturnType<Semaphore['acquire']> {
    try {
      return await withTimeout(places, this.#limits.patience).acquire();
    } catch (error) {
      if (error !== E_TIMEOUT) throw error;
      throw new DatabaseError('OVERLOADED', 'what was waited for did not come free in time');
    }
  }
}
