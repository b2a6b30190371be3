import type { Mark } from './mark.ts';

/** The newest state of a subject. */
export interface Held {
  readonly version: number;
  /** null: gone, and remembered until the chain says so too */
  readonly digest: string | null;
  readonly claims?: readonly string[] | undefined;
  readonly group?: string | undefined;
}

const subjectOf = (kind: string, id: string): string => `${kind}/${id}`;

/**
 * Every living subject with the version and digest that it has now. The database is compared with it, never the other way
 * round: it is filled from the audit chain, and from events that are on their way into the chain. About 300 bytes a subject.
 */
export class RowMemory {
  readonly #newest = new Map<string, Held>();
  /** as the chain has it, for subjects that changed since; null: not in the chain yet */
  readonly #chained = new Map<string, Held | null>();
  readonly #claimants = new Map<string, string>();
  readonly #isReturning: (kind: string) => boolean;
  #onRaised: (kind: string, id: string) => void = () => undefined;
  #changes = 0;
  readonly #counts = new Map<string, number>();

  /** @param isReturning whether a removed subject of the kind can come back under its id: then its end stays remembered */
  constructor(isReturning: (kind: string) => boolean = () => false) {
    this.#isReturning = isReturning;
  }

  /** Called for each subject that changes from now on, whichever backend changed it. */
  onRaised(tell: (kind: string, id: string) => void): void {
    this.#onRaised = tell;
  }

  /** Grows with each change of a subject that this backend hears of. */
  get changes(): number {
    return this.#changes;
  }

  /** Null for a subject that does not live. */
  find(kind: string, id: string): (Held & { readonly digest: string }) | null {
    const held = this.#newest.get(subjectOf(kind, id));
    return held === undefined || held.digest === null ? null : { ...held, digest: held.digest };
  }

  isLiving(kind: string, id: string, version: number, digest: string): boolean {
    const held = this.#newest.get(subjectOf(kind, id));
    return held !== undefined && held.version === version && held.digest === digest;
  }

  /** The version that the chain has of the subject; 0 where it has none, or its end is forgotten. */
  chainedVersion(kind: string, id: string): number {
    const subject = subjectOf(kind, id);
    const chained = this.#chained.get(subject);
    const held = chained === undefined ? this.#newest.get(subject) : chained;
    return held?.version ?? 0;
  }

  /** The version that the subject's next change has. */
  nextVersion(kind: string, id: string): number {
    return (this.#newest.get(subjectOf(kind, id))?.version ?? 0) + 1;
  }

  /** The id of the living subject that has the claim, such as a name. */
  claimant(kind: string, claim: string): string | null {
    return this.#claimants.get(subjectOf(kind, claim)) ?? null;
  }

  /** The claims of living subjects of the kind that begin so. */
  *claimsFrom(kind: string, beginning: string): Iterable<string> {
    const [prefix, skipped] = [subjectOf(kind, beginning), subjectOf(kind, '').length];
    for (const claim of this.#claimants.keys()) if (claim.startsWith(prefix)) yield claim.slice(skipped);
  }

  /** How many living subjects of the kind are in the group. */
  count(kind: string, group: string): number {
    return this.#counts.get(subjectOf(kind, group)) ?? 0;
  }

  /** The ids of the living subjects of a kind that begin so, for keys of several parts. */
  *livingFrom(kind: string, beginning: string): Iterable<string> {
    const [prefix, skipped] = [subjectOf(kind, beginning), subjectOf(kind, '').length];
    for (const [subject, { digest }] of this.#newest) {
      if (digest !== null && subject.startsWith(prefix)) yield subject.slice(skipped);
    }
  }

  /** The living subjects of a kind. */
  *living(kind: string): Iterable<{ readonly id: string; readonly version: number; readonly digest: string }> {
    const prefix = `${kind}/`;
    for (const [subject, { version, digest }] of this.#newest) {
      if (digest !== null && subject.startsWith(prefix)) yield { id: subject.slice(prefix.length), version, digest };
    }
  }

  /** The ids of the living subjects of a kind that are in the group. */
  *livingIn(kind: string, group: string): Iterable<string> {
    const prefix = `${kind}/`;
    for (const [subject, held] of this.#newest) {
      if (held.digest !== null && held.group === group && subject.startsWith(prefix))
        yield subject.slice(prefix.length);
    }
  }

  get size(): number {
    return this.#newest.size;
  }

  /** Marks of a committed change that the chain does not have yet. Older ones than what is held change nothing. */
  raise(marks: readonly Mark[]): void {
    for (const mark of marks) {
      const subject = subjectOf(mark.kind, mark.id);
      const before = this.#newest.get(subject);
      if (before !== undefined && before.version >= mark.version) continue;
      if (!this.#chained.has(subject)) this.#chained.set(subject, before ?? null);
      this.#replace(mark, before);
      this.#changes += 1;
      this.#onRaised(mark.kind, mark.id);
    }
  }

  /** Marks that are in the chain now. Older ones than what it has already change nothing. */
  settle(marks: readonly Mark[]): void {
    this.raise(marks);
    for (const mark of marks) {
      if (mark.version <= this.chainedVersion(mark.kind, mark.id) && !this.#isNewest(mark)) continue;
      const subject = subjectOf(mark.kind, mark.id);
      if (!this.#isNewest(mark)) {
        this.#chained.set(subject, heldOf(mark));
        continue;
      }
      this.#chained.delete(subject);
      if (mark.digest === null && !this.#isReturning(mark.kind)) this.#newest.delete(subject);
    }
  }

  #isNewest({ kind, id, version }: Mark): boolean {
    return this.#newest.get(subjectOf(kind, id))?.version === version;
  }

  /** The state as the chain has it, for a checkpoint. */
  *chained(): Iterable<Mark> {
    for (const [subject, newest] of this.#newest) {
      const chained = this.#chained.get(subject);
      const held = chained === undefined ? newest : chained;
      const separator = subject.indexOf('/');
      const kind = subject.slice(0, separator);
      if (held === null || (held.digest === null && !this.#isReturning(kind))) continue;
      yield {
        ...{ kind, id: subject.slice(separator + 1) },
        version: held.version,
        digest: held.digest,
        ...(held.claims !== undefined && { claims: [...held.claims] }),
        ...(held.group !== undefined && { group: held.group }),
      };
    }
  }

  #replace(mark: Mark, before: Held | undefined): void {
    const { kind, id } = mark;
    if (before !== undefined && before.digest !== null) this.#index(kind, id, before, -1);
    const held = heldOf(mark);
    this.#newest.set(subjectOf(kind, id), held);
    if (held.digest !== null) this.#index(kind, id, held, 1);
  }

  #index(kind: string, id: string, { claims = [], group }: Held, step: 1 | -1): void {
    for (const claim of claims) {
      const key = subjectOf(kind, claim);
      if (step === 1) this.#claimants.set(key, id);
      else if (this.#claimants.get(key) === id) this.#claimants.delete(key);
    }
    if (group === undefined) return;
    const key = subjectOf(kind, group);
    const count = (this.#counts.get(key) ?? 0) + step;
    if (count === 0) this.#counts.delete(key);
    else this.#counts.set(key, count);
  }
}

const heldOf = ({ version, digest, claims, group }: Mark): Held => ({
  version,
  digest,
  ...(claims !== undefined && { claims }),
  ...(group !== undefined && { group }),
});
