/** A queue for each key, in this process: one piece of work at a time. */
export class Turns {
  readonly #queues = new Map<string, Promise<void>>();

  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#queues.get(key) ?? Promise.resolve()).then(work);
    const settled = turn.then(
      () => {},
      () => {},
    );
    this.#queues.set(key, settled);
    void settled.then(() => {
      if (this.#queues.get(key) === settled) this.#queues.delete(key);
    });
    return turn;
  }

  /** When all that has been asked for is done. */
  async end(): Promise<void> {
    await Promise.all(this.#queues.values());
  }
}
