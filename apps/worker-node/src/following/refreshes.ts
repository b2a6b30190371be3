/** What came of bringing an algorithm up to date. */
export interface Refresh {
  readonly algorithmId: string;
  readonly owner: string;
  readonly name: string;
  /** of the set that counts now; null where the algorithm is gone or has left the pool */
  readonly set: { readonly number: number; readonly hash: string } | null;
  /** variables that came, went or have another version than at the last refresh; all of them at the first */
  readonly changed: readonly string[];
  /** secrets of the set that cannot be read now, with the reason in a word: `VariableFailure.reason`; none: ready */
  readonly failures: readonly { readonly secretId: string; readonly reason: string }[];
}

type Listener = (refresh: Refresh) => void;

/** Tells the parts of the worker which algorithms were brought up to date. */
export class Refreshes {
  readonly #listeners = new Set<Listener>();

  /** @param listener must not throw @returns ends the subscription */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(refresh: Refresh): void {
    for (const listener of this.#listeners) listener(refresh);
  }
}
