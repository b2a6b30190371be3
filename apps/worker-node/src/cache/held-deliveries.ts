/** What is held of a delivery counts as much as the secrets in it. */
interface Sized {
  readonly set: { readonly secrets: readonly unknown[] };
}

export interface HeldOptions {
  /** secrets in all of them together; 20,000 by default, which take about 60 MB */
  readonly secretsMaximum?: number;
  /** one that nobody asked for this long is dropped; 10 min by default */
  readonly idleMilliseconds?: number;
  /** for tests */
  readonly now?: () => number;
}

interface AlgorithmName {
  readonly owner: string;
  readonly name: string;
}

interface Held<Delivery> {
  readonly delivery: Delivery;
  readonly usedAt: number;
}

/**
 * The last delivery of each algorithm, verified and still sealed, so that the backend need not send again what has not changed.
 * Whether one is still the newest, only the backend's answer to the very request says. Those that were used last stay.
 */
export class HeldDeliveries<Delivery extends Sized> {
  readonly #options: Required<HeldOptions>;
  /** the one that was used last comes last */
  readonly #held = new Map<string, Held<Delivery>>();
  #secrets = 0;

  constructor({
    secretsMaximum = 20_000,
    idleMilliseconds = 600_000,
    now = () => performance.now(),
  }: HeldOptions = {}) {
    this.#options = { secretsMaximum, idleMilliseconds, now };
  }

  find(algorithm: AlgorithmName): Delivery | null {
    this.#dropIdle();
    const found = this.#held.get(keyOf(algorithm));
    if (found === undefined) return null;
    this.keep(algorithm, found.delivery);
    return found.delivery;
  }

  keep(algorithm: AlgorithmName, delivery: Delivery): void {
    this.drop(algorithm);
    this.#held.set(keyOf(algorithm), { delivery, usedAt: this.#options.now() });
    this.#secrets += weightOf(delivery);
    for (const key of this.#held.keys()) {
      if (this.#secrets <= this.#options.secretsMaximum) break;
      this.#remove(key);
    }
  }

  drop(algorithm: AlgorithmName): void {
    this.#remove(keyOf(algorithm));
  }

  clear(): void {
    this.#held.clear();
    this.#secrets = 0;
  }

  #dropIdle(): void {
    const usedSince = this.#options.now() - this.#options.idleMilliseconds;
    for (const [key, { usedAt }] of this.#held) {
      if (usedAt > usedSince) break;
      this.#remove(key);
    }
  }

  #remove(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#held.delete(key);
    this.#secrets -= weightOf(held.delivery);
  }
}

const keyOf = ({ owner, name }: AlgorithmName): string => JSON.stringify([owner, name]);

const weightOf = ({ set }: Sized): number => 1 + set.secrets.length;
