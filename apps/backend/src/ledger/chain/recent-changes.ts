import type { Mark } from '../../rows/mark.ts';

/** Beyond twice as many the older half is forgotten. About 200 bytes each. */
const kept = 5_000;

export type Subject = Pick<Mark, 'kind' | 'id'>;

interface ChainedChange extends Subject {
  readonly sequence: number;
}

/** The subjects that changed last, by their place in the chain: what somebody has missed who knows it up to an earlier place. */
export class RecentChanges {
  #changes: ChainedChange[] = [];
  /** everything after this place is known */
  #after = 0;

  /** What changed up to this place is not known. */
  begin(sequence: number): void {
    this.#changes = [];
    this.#after = sequence;
  }

  /** @param sequence of the signed head that vouches for the marks */
  add(sequence: number, marks: readonly Subject[]): void {
    for (const { kind, id } of marks) this.#changes.push({ sequence, kind, id });
    if (this.#changes.length < 2 * kept) return;
    this.#after = this.#changes[this.#changes.length - kept - 1]?.sequence ?? this.#after;
    this.#changes = this.#changes.filter((change) => change.sequence > this.#after);
  }

  /** What changed after the place of a signed head; null where that is not known any more. */
  since(sequence: number): readonly Subject[] | null {
    if (sequence < this.#after) return null;
    const first = this.#changes.findLastIndex((change) => change.sequence <= sequence);
    return this.#changes.slice(first + 1);
  }
}
