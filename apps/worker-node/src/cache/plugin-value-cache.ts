import type { SetEntry } from '@secret-store/sealing';

/** A value that was read from a vault, and what may be kept of it over a restart. Times are of `PluginValueCache.now`. */
export interface KeptValue {
  /** everything that the answer depended on */
  readonly key: string;
  readonly secretId: string;
  /** of the secret, as the set had it */
  readonly secretVersion: number;
  value: string;
  /** of the vault; null until it was asked for */
  version: string | null;
  /** null: until the version changes */
  expiresAt: number | null;
  /** when the vault last said that this is its value */
  confirmedAt: number;
}

/** Changed in place when the vault was asked again. */
export interface CachedValue extends KeptValue {
  /** when the vault was last asked for this value or its version, whatever came of it */
  askedAt: number;
  /** why the vault could not be asked the last time; null: it could */
  problem: unknown;
  /** under way, for all that wait for it */
  check: Promise<void> | null;
}

type NewValue = Pick<KeptValue, 'key' | 'secretId' | 'secretVersion' | 'value'> & {
  /** from the plugin; 0: does not expire */
  readonly ttlSeconds: number;
};

/**
 * Values from plugins, in memory, keyed by everything that the answer depended on. For each algorithm, only what its newest set
 * needs is kept: its secrets, and where one could not be read since, the value before. Internal values are never cached: opening
 * one is quick, and what is not kept cannot leak.
 */
export class PluginValueCache {
  readonly now: () => number;
  readonly #onRefused: (algorithmId: string) => void;
  readonly #algorithms = new Map<string, Map<string, CachedValue>>();
  /** by algorithm: grows with each change of a value */
  readonly #revisions = new Map<string, number>();

  /**
   * @param now in milliseconds; must never go back
   * @param onRefused hears of each algorithm of which a value may not be used again: no copy of it may come back
   */
  constructor(now: () => number = () => performance.now(), onRefused: (algorithmId: string) => void = () => undefined) {
    this.now = now;
    this.#onRefused = onRefused;
  }

  /** What was read under the key, also where it has expired. */
  find(algorithmId: string, key: string): CachedValue | undefined {
    return this.#algorithms.get(algorithmId)?.get(key);
  }

  /** A value that has not expired. */
  get(algorithmId: string, key: string): CachedValue | undefined {
    const cached = this.find(algorithmId, key);
    if (!cached || (cached.expiresAt !== null && cached.expiresAt <= this.now())) return undefined;
    return cached;
  }

  /** What was read last of a secret, in whatever version, also where it has expired. */
  last(algorithmId: string, secretId: string): CachedValue | undefined {
    const values = [...(this.#algorithms.get(algorithmId)?.values() ?? [])];
    return values.filter((cached) => cached.secretId === secretId).toSorted((a, b) => b.confirmedAt - a.confirmedAt)[0];
  }

  put(algorithmId: string, { ttlSeconds, ...read }: NewValue): void {
    const now = this.now();
    const expiresAt = this.expiryOf(ttlSeconds);
    this.#set(algorithmId, { ...read, ...{ version: null, expiresAt, confirmedAt: now } }, now);
    this.changed(algorithmId);
  }

  /** What an earlier process of this worker had. What was read since stays. */
  restore(algorithmId: string, values: readonly KeptValue[]): void {
    for (const value of values) {
      if (this.#algorithms.get(algorithmId)?.has(value.key) !== true)
        this.#set(algorithmId, value, Number.NEGATIVE_INFINITY);
    }
  }

  #set(algorithmId: string, value: KeptValue, askedAt: number): void {
    const values = this.#algorithms.get(algorithmId) ?? new Map<string, CachedValue>();
    values.set(value.key, { ...value, askedAt, problem: null, check: null });
    this.#algorithms.set(algorithmId, values);
  }

  /** To keep over a restart. */
  kept(algorithmId: string): KeptValue[] {
    return [...(this.#algorithms.get(algorithmId)?.values() ?? [])].map(
      ({ askedAt: _at, problem: _problem, check: _check, ...kept }) => kept,
    );
  }

  /** The same number as before: no value has come, gone or changed since. */
  revision(algorithmId: string): number {
    return this.#revisions.get(algorithmId) ?? 0;
  }

  changed(algorithmId: string): void {
    this.#revisions.set(algorithmId, this.revision(algorithmId) + 1);
  }

  expiryOf(ttlSeconds: number): number | null {
    return ttlSeconds === 0 ? null : this.now() + ttlSeconds * 1000;
  }

  /** The vault refuses the secret, or does not have it any more: no value of it is used again. */
  forget(algorithmId: string, secretId: string): void {
    this.#remove(algorithmId, (cached) => cached.secretId === secretId);
    this.#onRefused(algorithmId);
  }

  forgetAlgorithm(algorithmId: string): void {
    this.#algorithms.delete(algorithmId);
    this.#revisions.delete(algorithmId);
  }

  clear(): void {
    this.#algorithms.clear();
    this.#revisions.clear();
  }

  /** Removes every entry except those under these keys. */
  keepOnly(algorithmId: string, keys: ReadonlySet<string>): void {
    this.#remove(algorithmId, (cached) => !keys.has(cached.key));
  }

  #remove(algorithmId: string, isOver: (cached: CachedValue) => boolean): void {
    const values = this.#algorithms.get(algorithmId);
    const over = [...(values?.values() ?? [])].filter(isOver);
    for (const { key } of over) values?.delete(key);
    if (over.length > 0) this.changed(algorithmId);
  }
}

/** @param activationNumber of the provider's configuration */
export const cacheKey = (entry: SetEntry, activationNumber: number): string =>
  JSON.stringify([
    entry.secretId,
    entry.environmentVariable,
    entry.version,
    entry.providerId,
    entry.providerKey,
    activationNumber,
  ]);
