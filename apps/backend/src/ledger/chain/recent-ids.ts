/** How far back an event that turns up again is known by its id. */
export const replayWindow = 5_000;

/** The ids of the chain's last events. */
export class RecentIds {
  readonly #order: string[] = [];
  readonly #ids = new Set<string>();

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(id: string): void {
    this.#order.push(id);
    this.#ids.add(id);
    if (this.#order.length < 2 * replayWindow) return;
    for (const old of this.#order.splice(0, replayWindow)) this.#ids.delete(old);
  }

  list(): readonly string[] {
    return this.#order.slice(-replayWindow);
  }
}
