import type { SetEntry } from '@secret-store/sealing';

/** A value that was read from a vault. Changed in place when the vault was asked again. */
export interface CachedValue {
  value: string;
  /** of the vault; null until it was asked for */
  version: string | null;
  /** null: until the version changes */
  expiresAt: number | null;
  /** when the vault was last asked for this value or its version, whatever came of it */
  askedAt: number;
  /** under way, for all that wait for it */
  check: Promise<string> | null;
}

/**
 * Values from plugins, in memory only, keyed by everything that the answer depended on. For each algorithm, only the
 * secrets of its newest set are kept. Internal values are never cached: opening one is quick, and what is not kept
 * cannot leak.
 */
export class PluginValueCache {
  readonly now: () => number;
  readonly #algorithms = new Map<string, Map<string, CachedValue>>();

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  get(algorithmId: string, key: string): CachedValue | undefined {
    const cached = this.#algorithms.get(algorithmId)?.get(key);
    if (!cached || (cached.expiresAt !== null && cached.expiresAt <= this.now())) return undefined;
    return cached;
  }

  /** @param ttlSeconds from the plugin; 0: does not expire */
  put(algorithmId: string, key: string, value: string, ttlSeconds: number): void {
    const values = this.#algorithms.get(algorithmId) ?? new Map<string, CachedValue>();
    const expiresAt = this.expiryOf(ttlSeconds);
    values.set(key, { value, version: null, expiresAt, askedAt: this.now(), check: null });
    this.#algorithms.set(algorithmId, values);
  }

  expiryOf(ttlSeconds: number): number | null {
    return ttlSeconds === 0 ? null : this.now() + ttlSeconds * 1000;
  }

  drop(algorithmId: string, key: string): void {
    this.#algorithms.get(algorithmId)?.delete(key);
  }

  clear(): void {
    this.#algorithms.clear();
  }

  /** Removes every entry except those under these keys. */
  keepOnly(algorithmId: string, keys: ReadonlySet<string>): void {
    const values = this.#algorithms.get(algorithmId);
    for (const key of values?.keys() ?? []) {
      if (!keys.has(key)) values?.delete(key);
    }
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
