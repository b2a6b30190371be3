export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<unknown>;

/** Pauses that a hint ends at once. One that comes between two pauses ends the next. */
export class HintedPause {
  readonly #pause: Pause;
  #isHinted = false;
  #hinted = new AbortController();

  constructor(pause: Pause) {
    this.#pause = pause;
  }

  hint(): void {
    this.#isHinted = true;
    this.#hinted.abort();
  }

  /** @param signal ends it too */
  async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    this.#hinted = new AbortController();
    if (!this.#isHinted) {
      const ends = AbortSignal.any([this.#hinted.signal, signal]);
      await this.#pause(milliseconds, ends).catch(() => undefined);
    }
    this.#isHinted = false;
  }
}

/** By up to a fifth more or less, so that many who began together do not go on together. */
export const spread = (milliseconds: number): number => milliseconds * (0.8 + Math.random() * 0.4);
