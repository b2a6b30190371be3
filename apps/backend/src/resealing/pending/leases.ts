import type { SealedPlace } from '@secret-store/api';
import { placeKey } from './sealed-places.ts';

const leaseMilliseconds = 30_000;

/**
 * Which records are under way to a worker, so that the others of its pool take other ones. Only in memory of this backend: two
 * backends may hand out the same record, and the first that comes back wins. One that nobody could seal again is tried again when
 * its lease has ended.
 */
export class Leases {
  readonly #leases = new Map<string, { readonly until: number; readonly isLeft: boolean }>();
  readonly #now: () => number;
  #keys = '';

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Under other keys, what was left is tried again at once. */
  follow(keys: unknown): void {
    const text = JSON.stringify(keys);
    if (text === this.#keys) return;
    this.#keys = text;
    for (const [key, { isLeft }] of this.#leases) if (isLeft) this.#leases.delete(key);
  }

  isFree(place: SealedPlace): boolean {
    return this.#running(place) === null;
  }

  take(place: SealedPlace): void {
    this.#leases.set(placeKey(place), { until: this.#now() + leaseMilliseconds, isLeft: false });
  }

  giveBack(place: SealedPlace): void {
    this.#leases.delete(placeKey(place));
  }

  /** Who has it could not seal it again: nobody tries before the lease has ended. */
  leave(place: SealedPlace): void {
    const lease = this.#running(place);
    if (lease !== null) this.#leases.set(placeKey(place), { ...lease, isLeft: true });
  }

  isLeft(place: SealedPlace): boolean {
    return this.#running(place)?.isLeft ?? false;
  }

  /** How many were left, at most. */
  get leftCount(): number {
    return [...this.#leases.values()].filter(({ isLeft }) => isLeft).length;
  }

  #running(place: SealedPlace) {
    const lease = this.#leases.get(placeKey(place));
    if (lease === undefined || lease.until > this.#now()) return lease ?? null;
    this.#leases.delete(placeKey(place));
    return null;
  }
}
