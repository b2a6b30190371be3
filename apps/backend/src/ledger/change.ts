import type { Prisma } from '@secret-store/db';
import type { AuditEntry } from '../audit/audit-entry.ts';
import type { Dependencies } from '../dependencies.ts';
import { requestAddress } from '../request-context.ts';
import type { Mark } from '../rows/mark.ts';
import { rowId, type RowKind, rowKinds, type Rows } from '../rows/row-kinds.ts';
import { deleteRow, insertRow, selectRow, type Statement, updateRow } from '../rows/row-statements.ts';
import { ClaimTaken } from './claim-taken.ts';
import type { Ledger } from './ledger.ts';
import { eventOf, type TaggedEvent, tagged } from './chain/ledger-event.ts';
import { pendingStatement } from './chain/pending-events.ts';

/** One transaction that changes rows that decide, and says so to the audit. */
export interface Change {
  readonly tx: Prisma.TransactionClient;
  /**
   * The row, locked until the transaction ends; null where there is none.
   * @throws {RowRefused} where somebody else wrote or removed it
   */
  find<Kind extends RowKind>(kind: Kind, id: string): Promise<Rows[Kind] | null>;
  /** @throws {ClaimTaken} where another row has its name */
  insert<Kind extends RowKind>(
    kind: Kind,
    row: Rows[Kind],
    undecided?: Readonly<Record<string, unknown>>,
  ): Promise<Rows[Kind]>;
  /** @returns the row as it is then. @throws {RowRefused | ClaimTaken | Error} an Error where there is none */
  update<Kind extends RowKind>(kind: Kind, id: string, patch: Partial<Rows[Kind]>): Promise<Rows[Kind]>;
  /** Removes the row, also one that somebody else wrote. */
  remove(kind: RowKind, id: string): Promise<void>;
  /** What is remembered of something that has no row of its own kind, such as a signed set. */
  mark(mark: Mark): void;
  /** It is gone. */
  forget(kind: string, id: string): void;
  /** Each change of rows has at least one entry. */
  audit(entry: AuditEntry): void;
}

/** Waiting for a connection and for rows counts too: twenty at once must all get their turn. */
const patience = { maxWait: 20_000, timeout: 20_000 };

/** The transaction is over when this returns, and every later look at its rows in this process sees it. */
export const change = async <T>(
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  work: (change: Change) => Promise<T>,
): Promise<T> => {
  ledger.standing.requireWritable();
  const { result, events } = await db.prisma.$transaction(async (tx) => {
    const opened = new OpenChange(tx, ledger);
    const result = await work(opened);
    return { result, events: await opened.write() };
  }, patience);
  ledger.committed(events);
  return result;
};

class OpenChange implements Change {
  readonly tx: Prisma.TransactionClient;
  readonly #ledger: Ledger;
  readonly #marks = new Map<string, Mark>();
  readonly #entries: AuditEntry[] = [];

  constructor(tx: Prisma.TransactionClient, ledger: Ledger) {
    this.tx = tx;
    this.#ledger = ledger;
  }

  async find<Kind extends RowKind>(kind: Kind, id: string): Promise<Rows[Kind] | null> {
    const select = () => this.#select(kind, id);
    const row = await select();
    // the memory hears of this transaction's own changes when it is over
    return this.#marks.has(`${kind}/${id}`) ? row : this.#ledger.checked(kind, id, row, select);
  }

  async insert<Kind extends RowKind>(kind: Kind, row: Rows[Kind], undecided = {}): Promise<Rows[Kind]> {
    this.#note(kind, row);
    await this.#run(insertRow(kind, row, undecided));
    return row;
  }

  async update<Kind extends RowKind>(kind: Kind, id: string, patch: Partial<Rows[Kind]>): Promise<Rows[Kind]> {
    const before = await this.find(kind, id);
    if (before === null) throw new Error(`there is no row ${kind} ${id} to change`);
    const changed = 'updatedAt' in before ? { updatedAt: new Date(), ...patch } : patch;
    const row = { ...before, ...changed };
    this.#note(kind, row);
    await this.#run(updateRow(kind, id, changed));
    return row;
  }

  async remove(kind: RowKind, id: string): Promise<void> {
    const { text, values } = deleteRow(kind, id);
    const [row] = await this.tx.$queryRawUnsafe<Rows[typeof kind][]>(text, ...values);
    // what another backend changed last, and we have not heard of, is what the removal comes after
    if (!this.#marks.has(`${kind}/${id}`)) await this.#ledger.hearOf(kind, id, row ?? null);
    this.forget(kind, id);
  }

  forget(kind: string, id: string): void {
    if (this.#ledger.memory.find(kind, id) === null && !this.#marks.has(`${kind}/${id}`)) return;
    this.mark({ kind, id, version: this.#nextVersion(kind, id), digest: null });
  }

  mark(mark: Mark): void {
    this.#marks.set(`${mark.kind}/${mark.id}`, mark);
  }

  audit(entry: AuditEntry): void {
    this.#entries.push(entry);
  }

  /** The transaction's last step. */
  async write(): Promise<readonly TaggedEvent[]> {
    const marks = [...this.#marks.values()];
    if (marks.length > 0 && this.#entries.length === 0) throw new Error('a change of rows is not told to the audit');
    const context = { after: this.#ledger.chain.head, address: requestAddress() };
    const events = this.#entries.map((entry, index) =>
      tagged(this.#ledger.eventKey, eventOf(entry, { ...context, marks: index === 0 ? marks : [] })),
    );
    if (events.length > 0) await this.#run(pendingStatement(events));
    return events;
  }

  #note<Kind extends RowKind>(kind: Kind, row: Rows[Kind]): void {
    const id = rowId(kind, row);
    for (const claim of rowKinds[kind].claims?.(row) ?? []) this.#refuseTaken(kind, id, claim);
    this.mark(this.#ledger.mark(kind, row, this.#nextVersion(kind, id)));
  }

  #refuseTaken(kind: string, id: string, claim: string): void {
    const claimant = this.#ledger.memory.claimant(kind, claim);
    if (claimant === null || claimant === id) return;
    // given up earlier in this transaction
    const mark = this.#marks.get(`${kind}/${claimant}`);
    if (mark !== undefined && !(mark.claims ?? []).includes(claim)) return;
    throw new ClaimTaken(kind, claim);
  }

  /** Twice in one transaction is one change. */
  #nextVersion(kind: string, id: string): number {
    return this.#marks.get(`${kind}/${id}`)?.version ?? this.#ledger.memory.nextVersion(kind, id);
  }

  async #select<Kind extends RowKind>(kind: Kind, id: string): Promise<Rows[Kind] | null> {
    const { text, values } = selectRow(kind, id, { forUpdate: true });
    const rows = await this.tx.$queryRawUnsafe<Rows[Kind][]>(text, ...values);
    return rows[0] ?? null;
  }

  async #run({ text, values }: Statement): Promise<void> {
    await this.tx.$executeRawUnsafe(text, ...values);
  }
}
