import type { SealedPlace } from '@secret-store/api';
import { placeKey } from './sealed-places.ts';

const leaseMilliseconds = 30_000;

/**
 * Which records are under way to a worker, so that the others of its pool take other ones. Only in memory of this backend: two
 * backends may hand out the same record, and the first that comes back wins. One that nobody could seal again is tried again when
 * its lease has ended.
 */
export class Leases {
  readonly #until = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  isFree(place: SealedPlace): boolean {
    const key = placeKey(place);
    const until = this.#until.get(key);
    if (until === undefined) return true;
    if (until > this.#now()) return false;
    this.#until.delete(key);
    return true;
  }

  take(place: SealedPlace): void {
    this.#until.set(placeKey(place), this.#now() + leaseMilliseconds);
  }

  giveBack(place: SealedPlace): void {
    this.#until.delete(placeKey(place));
  }
}
