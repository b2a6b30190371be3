import type { ChainHead } from '../state/chain-head.ts';

const kept = 1_000;

/** The last signed heads of the chain: what workers tell is nearly always among them. */
export class RecentHeads {
  readonly #hashes = new Map<number, ChainHead>();

  has({ epoch, sequence, hash }: ChainHead): boolean {
    const known = this.#hashes.get(sequence);
    return known !== undefined && known.hash === hash && known.epoch === epoch;
  }

  add(head: ChainHead): void {
    this.#hashes.set(head.sequence, head);
    if (this.#hashes.size < 2 * kept) return;
    for (const sequence of [...this.#hashes.keys()].slice(0, kept)) this.#hashes.delete(sequence);
  }
}
