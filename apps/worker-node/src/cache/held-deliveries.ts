/** What is held of a delivery counts as much as the secrets in it. */
interface Sized {
  readonly set: { readonly secrets: readonly unknown[] };
}

export interface HeldOptions {
  /** secrets in all of them together; 20,000 by default, which take about 60 MB */
  readonly secretsMaximum?: number;
}

interface AlgorithmName {
  readonly owner: string;
  readonly name: string;
}

/**
 * The last delivery of each algorithm, verified and still sealed, so that the backend need not send again what has not changed.
 * Whether one is still the newest, only the backend says. Where there are too many secrets in them, those that were used last stay.
 */
export class HeldDeliveries<Delivery extends Sized> {
  readonly #secretsMaximum: number;
  /** the one that was used last comes last */
  readonly #held = new Map<string, Delivery>();
  #secrets = 0;

  constructor({ secretsMaximum = 20_000 }: HeldOptions = {}) {
    this.#secretsMaximum = secretsMaximum;
  }

  find(algorithm: AlgorithmName): Delivery | null {
    const found = this.#held.get(keyOf(algorithm));
    if (found === undefined) return null;
    this.keep(algorithm, found);
    return found;
  }

  keep(algorithm: AlgorithmName, delivery: Delivery): void {
    this.drop(algorithm);
    this.#held.set(keyOf(algorithm), delivery);
    this.#secrets += weightOf(delivery);
    for (const key of this.#held.keys()) {
      if (this.#secrets <= this.#secretsMaximum) break;
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

  #remove(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#held.delete(key);
    this.#secrets -= weightOf(held);
  }
}

const keyOf = ({ owner, name }: AlgorithmName): string => JSON.stringify([owner, name]);

const weightOf = ({ set }: Sized): number => 1 + set.secrets.length;
