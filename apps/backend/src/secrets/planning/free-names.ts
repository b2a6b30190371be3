import { displayNameOf } from '@secret-store/api';
import { Refusal } from './refusal.ts';

/** Display names that no other secret of the algorithm has. */
export class FreeNames {
  readonly #taken: Set<string>;

  constructor(taken: readonly string[]) {
    this.#taken = new Set(taken);
  }

  /** @param wanted before what follows from the variable */
  propose(variable: string, ...wanted: readonly string[]): string {
    const free = [...wanted, displayNameOf(variable), variable].find((name) => !this.#taken.has(name));
    if (free === undefined) {
      throw new Refusal(
        `Other secrets have the display names “${displayNameOf(variable)}” and “${variable}”. Rename one.`,
      );
    }
    this.#taken.add(free);
    return free;
  }
}
