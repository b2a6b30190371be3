/** Runs work once at a time for each key. What is asked for meanwhile is done once more afterwards. */
export class SingleFlight {
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Map<string, () => Promise<void>>();

  /** @param work must not throw */
  async run(key: string, work: () => Promise<void>): Promise<void> {
    const running = this.#running.get(key);
    if (running !== undefined) {
      this.#again.set(key, work);
      return running;
    }
    const flight = this.#fly(key, work);
    this.#running.set(key, flight);
    return flight;
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  async #fly(key: string, work: () => Promise<void>): Promise<void> {
    for (let next: (() => Promise<void>) | undefined = work; next !== undefined; next = this.#again.get(key)) {
      this.#again.delete(key);
      await next();
    }
    this.#running.delete(key);
  }
}
