import type { SetBody, SetEntry } from '@secret-store/sealing';
import QuickLRU from 'quick-lru';

/** A set that this backend signed, and that is the algorithm's newest. */
export interface VerifiedSet {
  readonly body: SetBody;
  readonly envelope: unknown;
  /** hex, of its payload: what the next one names as the set before */
  readonly hash: string;
}

/** Null where the set does not have the secret. */
export const entryIn = (set: VerifiedSet | null, secretId: string): SetEntry | null =>
  set?.body.secrets.find((entry) => entry.secretId === secretId) ?? null;

/** At most twice as many are kept: 500 secrets in each take about 150 MB. */
const setsMaximum = 250;

/**
 * Sets that were verified, by their hash. A hash names one set for ever, so nothing here is ever out of date: which set is the
 * newest, the row memory says.
 */
export class SetCache {
  readonly #sets = new QuickLRU<string, VerifiedSet>({ maxSize: setsMaximum });

  find(hash: string): VerifiedSet | null {
    return this.#sets.get(hash) ?? null;
  }

  keep(set: VerifiedSet): VerifiedSet {
    this.#sets.set(set.hash, set);
    return set;
  }
}
