import type { Secret } from './secret-provider.ts';

/** A `Secret` that holds what it was given. */
export class SimpleSecret implements Secret {
  readonly #value: string;
  readonly #ttlSeconds: number;

  /** @param ttl seconds until the value must be read again; 0: it does not expire */
  constructor(value: string, ttl = 0) {
    this.#value = value;
    this.#ttlSeconds = ttl;
  }

  getValue(): string {
    return this.#value;
  }

  getTtl(): number {
    return this.#ttlSeconds;
  }
}
