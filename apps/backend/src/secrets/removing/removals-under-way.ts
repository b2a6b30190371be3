import type { RemovalProgress } from '@secret-store/api';

/** How far the removals are that this process works on, by algorithm: for those who watch. Another backend knows nothing of them. */
export class RemovalsUnderWay {
  readonly #running = new Map<string, RemovalProgress>();

  /** Null where nothing is removed from the algorithm's vaults at the moment. */
  find(algorithmId: string): RemovalProgress | null {
    return this.#running.get(algorithmId) ?? null;
  }

  /** @param work calls what it is given each time a vault has answered */
  async watch<T>(algorithmId: string, total: number, work: (answered: () => void) => Promise<T>): Promise<T> {
    const tell = (done: number) => this.#running.set(algorithmId, { done, total });
    let done = 0;
    tell(done);
    try {
      return await work(() => tell((done += 1)));
    } finally {
      this.#running.delete(algorithmId);
    }
  }
}
