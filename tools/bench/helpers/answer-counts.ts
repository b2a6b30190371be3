/** What clients were answered, and how long it took, for each operation. */
export class AnswerCounts {
  /** of each operation, the milliseconds of each outcome */
  readonly #samples = new Map<string, Map<string, number[]>>();

  add(operation: string, outcome: string, milliseconds: number): void {
    const outcomes = this.#samples.get(operation) ?? new Map<string, number[]>();
    const samples = outcomes.get(outcome) ?? [];
    samples.push(milliseconds);
    this.#samples.set(operation, outcomes.set(outcome, samples));
  }

  outcomesOf(operation: string): readonly (readonly [outcome: string, count: number])[] {
    return [...(this.#samples.get(operation) ?? [])]
      .map(([outcome, samples]) => [outcome, samples.length] as const)
      .toSorted(([one], [other]) => one.localeCompare(other));
  }

  timesOf(operation: string, outcome: string): readonly number[] {
    return this.#samples.get(operation)?.get(outcome) ?? [];
  }
}
