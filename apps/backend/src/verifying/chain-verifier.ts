import { SealingError, type VerificationKey, verifyAuditHead } from '@secret-store/sealing';
import { auditHash } from '../audit/audit-hash.ts';
import { type ChainRow, marksOf } from '../ledger/chain/read-chain.ts';
import { type ChainHead, emptyChain } from '../ledger/state/chain-head.ts';
import type { Mark } from '../rows/mark.ts';

export type ChainProblem = 'edited' | 'removed' | 'reordered' | 'cut off' | 'not signed';

/** The first event that is not as it was written. */
export interface ChainFinding {
  /** where an edit was hidden behind new hashes, the first event that it can have been */
  readonly sequence: number;
  readonly problem: ChainProblem;
  /** one sentence */
  readonly message: string;
}

/** A restore that the root signed. */
interface AcceptedEpoch {
  readonly number: number;
  readonly head: Pick<ChainHead, 'sequence' | 'hash'>;
}

interface VerifiedPiece {
  readonly events: readonly { readonly id: string; readonly marks: readonly Mark[] }[];
}

export interface ChainVerifierOptions {
  /** of the backends whose heads count */
  readonly verificationKeys: readonly VerificationKey[];
  readonly epochs: readonly AcceptedEpoch[];
  /** where the first event goes on from; for a piece of a chain that is not its beginning, what its first event says */
  readonly begin?: Pick<ChainHead, 'sequence' | 'hash'>;
  /** the newest head that the backend has seen */
  readonly remembered?: ChainHead | null;
  /** the sequence of the event that names this hash as the one before it */
  readonly successorOf?: (hash: string) => Promise<number | null>;
  /** events that a signed head covers */
  readonly onPiece?: (piece: VerifiedPiece) => void;
}

/** What the hash of format 1 does not cover, and no event of it had. */
const hasMoreThanFormat = ({ format, actorName, subjectName, outcome, address, marks }: ChainRow): boolean =>
  format === 1 && (outcome !== 'done' || [actorName, subjectName, address, marks].some((field) => field !== null));

type WaitingEvent = Pick<ChainRow, 'id' | 'format' | 'marks'>;

/** Follows the audit from its first event: links, hashes, order, gaps, signed heads and restores. */
export class ChainVerifier {
  readonly #options: ChainVerifierOptions;
  #place: Pick<ChainHead, 'sequence' | 'hash'>;
  #signed: ChainHead | null = null;
  #takenOver = 0;
  #waiting: WaitingEvent[] = [];
  /** restores whose end of the audit was passed */
  readonly #passed = new Map<number, number>();
  #rememberedHash: string | null = null;
  #finding: ChainFinding | null = null;

  constructor(options: ChainVerifierOptions) {
    this.#options = options;
    this.#place = options.begin ?? emptyChain;
    this.#pass();
  }

  /** The last event that is as it was written, and that a signed head covers. */
  get signed(): ChainHead | null {
    return this.#signed;
  }

  /** The last event from before heads were signed; 0 without one. The store took these over as they were. */
  get takenOver(): number {
    return this.#takenOver;
  }

  get finding(): ChainFinding | null {
    return this.#finding;
  }

  /** The next event in the order of `sequence`. False when nothing more needs to be read. */
  async add(row: ChainRow): Promise<boolean> {
    if (this.#finding !== null) return false;
    const sequence = Number(row.sequence);
    const expected = this.#place.sequence + 1;
    if (sequence > expected) return this.#find('removed', expected, `Event ${expected} was removed.`);
    if (sequence < expected) return this.#find('reordered', sequence, `Event ${sequence} is out of order.`);
    if (row.previousHash !== this.#place.hash) return this.#misplaced(row);
    if (row.hash !== auditHash(row) || hasMoreThanFormat(row))
      return this.#find('edited', sequence, `Event ${sequence} was edited.`);
    this.#place = { sequence, hash: row.hash };
    if (row.format === 1) this.#takenOver = sequence;
    this.#waiting.push({ id: row.id, format: row.format, marks: row.marks });
    if (row.head !== null && !this.#takeHead(row)) return false;
    this.#pass();
    return true;
  }

  /** After the last event. */
  end(): ChainFinding | null {
    if (this.#finding !== null) return this.#finding;
    const { remembered = null } = this.#options;
    const { sequence } = this.#place;
    const signed = this.#signed;
    if (remembered !== null && this.#isShorterThan(remembered)) {
      const missing = sequence + 1;
      const later = remembered.epoch > (signed?.epoch ?? 0) ? ' after a later restore' : '';
      const seen = `the backend has seen event ${remembered.sequence}${later}`;
      this.#find('cut off', missing, `The audit is cut off before event ${missing}: ${seen}.`);
    } else if (remembered !== null && signed?.epoch === remembered.epoch && !this.#hasRemembered(remembered)) {
      this.#find('edited', remembered.sequence, `Event ${remembered.sequence} was replaced.`);
    } else if (this.#waiting.length > 0) {
      const first = sequence - this.#waiting.length + 1;
      this.#find('not signed', first, `Event ${first} and later events are not signed by a backend of this store.`);
    }
    return this.#finding;
  }

  /** Notes what other statements say of this place. */
  #pass(): void {
    const { sequence, hash } = this.#place;
    for (const { number, head } of this.#options.epochs) {
      if (head.sequence === sequence && head.hash === hash) this.#passed.set(number, sequence);
    }
    if (this.#options.remembered?.sequence === sequence) this.#rememberedHash = hash;
  }

  async #misplaced(row: ChainRow): Promise<false> {
    const sequence = Number(row.sequence);
    const next = (await this.#options.successorOf?.(this.#place.hash)) ?? null;
    if (next !== null && next !== sequence) {
      return this.#find('reordered', sequence, `Event ${sequence} is out of order: event ${next} belongs here.`);
    }
    return this.#find('edited', sequence, `Event ${sequence} does not follow the one before it.`);
  }

  #takeHead(row: ChainRow): boolean {
    const head = this.#verified(row.head);
    const sequence = Number(row.sequence);
    const first = (this.#signed?.sequence ?? this.#options.begin?.sequence ?? 0) + 1;
    if (head === null || head.sequence !== sequence) {
      return this.#find('edited', sequence, `The signed head of event ${sequence} is not valid.`);
    }
    if (head.hash !== row.hash) {
      const which = first === sequence ? `Event ${sequence}` : `One of the events ${first} to ${sequence}`;
      return this.#find('edited', first, `${which} was edited: its hash does not match the signed head.`);
    }
    if (!this.#takeEpoch(head, first)) return false;
    this.#signed = head;
    this.#options.onPiece?.({ events: this.#waiting.map((event) => ({ id: event.id, marks: marksOf(event) })) });
    this.#waiting = [];
    return true;
  }

  /** Another epoch begins only where the root said so. */
  #takeEpoch({ epoch, sequence }: ChainHead, first: number): boolean {
    const before = this.#signed?.epoch;
    // a piece that is not the beginning may be of any epoch
    if (epoch === before || (before === undefined && (epoch === 0 || this.#options.begin !== undefined))) return true;
    if (before !== undefined && epoch < before) {
      return this.#find('edited', first, `Events ${first} to ${sequence} belong to a state that a restore undid.`);
    }
    const begin = this.#passed.get(epoch);
    if (begin !== undefined && begin >= first - 1 && begin < sequence) return true;
    const missing = 'its signed record is missing (table restore_epoch)';
    return this.#find('not signed', first, `A restore begins after event ${first - 1}, and ${missing}.`);
  }

  #verified(envelope: unknown): ChainHead | null {
    for (const key of this.#options.verificationKeys) {
      try {
        return verifyAuditHead(envelope, key);
      } catch (error) {
        if (!(error instanceof SealingError)) throw error;
      }
    }
    return null;
  }

  #isShorterThan(remembered: ChainHead): boolean {
    const epoch = this.#signed?.epoch ?? 0;
    return remembered.epoch > epoch || (remembered.epoch === epoch && remembered.sequence > this.#place.sequence);
  }

  #hasRemembered(remembered: ChainHead): boolean {
    return this.#rememberedHash === remembered.hash;
  }

  #find(problem: ChainProblem, sequence: number, message: string): false {
    this.#finding = { sequence, problem, message };
    return false;
  }
}
