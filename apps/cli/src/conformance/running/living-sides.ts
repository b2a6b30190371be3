import { startTwoSides, type TwoSides, type TwoSidesOptions } from './two-sides.ts';

/** The two sides of a run, started again whenever a check took the process of one of them with it. */
export class LivingSides {
  readonly #options: TwoSidesOptions;
  #sides: TwoSides | null = null;

  constructor(options: TwoSidesOptions) {
    this.#options = options;
  }

  /** Two processes that take calls. Throws what `startPlugin` throws. */
  async ready(): Promise<TwoSides> {
    if (this.#sides?.notes.processEnded) await this.close();
    this.#sides ??= await startTwoSides(this.#options);
    return this.#sides;
  }

  async close(): Promise<void> {
    const sides = this.#sides;
    this.#sides = null;
    await sides?.close();
  }
}
