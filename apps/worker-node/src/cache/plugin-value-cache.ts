import type { SetEntry } from '@secret-store/sealing';

interface CachedValue {
  readonly value: string;
  /** null: until the version changes */
  readonly expiresAt: number | null;
}

/**
 * What plugins gave, in memory only, under everything that the answer depended on. Of an algorithm only what its newest
 * set names is kept. Internal values are not kept: opening one is quick, and a value that is not there cannot leak.
 */
export class PluginValueCache {
  readonly #now: () => number;
  readonly #algorithms = new Map<string, Map<string, CachedValue>>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get(algorithmId: string, key: string): string | undefined {
    const cached = this.#algorithms.get(algorithmId)?.get(key);
    if (!cached || (cached.expiresAt !== null && cached.expiresAt <= this.#now())) return undefined;
    return cached.value;
  }

  /** @param ttlSeconds as the plugin said; 0: does not expire */
  put(algorithmId: string, key: string, value: string, ttlSeconds: number): void {
    const values = this.#algorithms.get(algorithmId) ?? new Map<string, CachedValue>();
    values.set(key, { value, expiresAt: ttlSeconds === 0 ? null : this.#now() + ttlSeconds * 1000 });
    this.#algorithms.set(algorithmId, values);
  }

  /** Forgets what is not under one of these keys. */
  keepOnly(algorithmId: string, keys: ReadonlySet<string>): void {
    const values = this.#algorithms.get(algorithmId);
    for (const key of values?.keys() ?? []) {
      if (!keys.has(key)) values?.delete(key);
    }
  }
}

/** @param activation the number of the activation of the provider's configuration */
export const cacheKey = (entry: SetEntry, activation: number): string =>
  JSON.stringify([
    entry.secretId,
    entry.environmentVariable,
    entry.version,
    entry.providerId,
    entry.providerKey,
    activation,
  ]);
