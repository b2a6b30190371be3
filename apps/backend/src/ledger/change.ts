import { type Queryable, rowsOf, type Statement, together } from '@secret-store/db';
import type { AuditEntry } from '../audit/audit-entry.ts';
import type { Dependencies } from '../dependencies.ts';
import { requestAddress, requestKey } from '../request-context.ts';
import type { Mark } from '../rows/mark.ts';
import { rowId, type RowKind, rowKinds, type Rows } from '../rows/row-kinds.ts';
import { deleteRows, insertRow, selectRow, updateRow } from '../rows/row-statements.ts';
import { ClaimTaken } from './claim-taken.ts';
import type { Ledger } from './ledger.ts';
import { eventOf, type TaggedEvent, tagged } from './chain/ledger-event.ts';
import { pendingStatement } from './chain/pending-events.ts';

/** One transaction that changes rows that decide, and says so to the audit. */
export interface Change {
  /**
   * The row, locked until the transaction ends; null where there is none.
   * @throws {RowRefused} where it was changed or removed outside the store
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
  /** Removes the row, also one that was changed outside the store. */
  remove(kind: RowKind, id: string): Promise<void>;
  /** The same for several. */
  removeAll(kind: RowKind, ids: readonly string[]): Promise<void>;
  /** How many rows of the kind are in the group, with all that this transaction has written. */
  count(kind: RowKind, group: string): number;
  /** Rows as they are now, with all that this transaction has written. */
  query<Row extends object>(statement: Statement): Promise<readonly Row[]>;
  /**
   * Writes to a table of which no row decides. Together with other writes it becomes one statement, so several of one call must
   * not touch the same row.
   */
  write(table: string, ...statements: readonly Statement[]): Promise<void>;
  /** What is remembered of something that has no row of its own kind, such as a signed set. */
  mark(mark: Mark): void;
  /** It is gone. */
  forget(kind: string, id: string): void;
  /** Each change of rows has at least one entry. */
  audit(entry: AuditEntry): void;
}

export interface ChangeOptions {
  /** Changes with the same turn wait for each other in this process, where it costs no connection to the database. */
  readonly turn?: string;
}

/** The transaction is over when this returns, and every later look at its rows in this process sees it. */
export const change = async <T>(
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  work: (change: Change) => Promise<T>,
  { turn }: ChangeOptions = {},
): Promise<T> => {
  deps.ledger.standing.requireWritable();
  return turn === undefined ? commit(deps, work) : deps.ledger.turns.run(turn, () => commit(deps, work));
};

const commit = async <T>(
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  work: (change: Change) => Promise<T>,
): Promise<T> => {
  const { result, events } = await db.transaction(async (tx) => {
    const opened = new OpenChange(tx, ledger);
    const result = await work(opened);
    return { result, events: await opened.end() };
  });
  ledger.committed(events);
  return result;
};

/** Any number that no other lock of the store has. */
const sharedClaimsLock = '7310583941204885521';

interface Written {
  readonly table: string;
  readonly statement: Statement;
}

class OpenChange implements Change {
  readonly #tx: Queryable;
  readonly #ledger: Ledger;
  readonly #marks = new Map<string, Mark>();
  readonly #entries: AuditEntry[] = [];
  /** rows as they are in this transaction, locked */
  readonly #rows = new Map<string, object>();
  #unsent: Written[] = [];

  constructor(tx: Queryable, ledger: Ledger) {
    this.#tx = tx;
    this.#ledger = ledger;
  }

  async find<Kind extends RowKind>(kind: Kind, id: string): Promise<Rows[Kind] | null> {
    const known = this.#known(kind, id);
    if (known !== null) return known;
    const select = () => this.#select(kind, id);
    const row = await select();
    // the memory hears of this transaction's own changes when it is over
    return this.#keep(kind, this.#isMarked(kind, id) ? row : await this.#ledger.checked(kind, id, row, select));
  }

  async insert<Kind extends RowKind>(kind: Kind, row: Rows[Kind], undecided = {}): Promise<Rows[Kind]> {
    await this.#awaitClaims(kind);
    this.#note(kind, row);
    await this.write(rowKinds[kind].table, insertRow(kind, row, undecided));
    this.#keep(kind, row);
    return row;
  }

  async update<Kind extends RowKind>(kind: Kind, id: string, patch: Partial<Rows[Kind]>): Promise<Rows[Kind]> {
    const before = await this.find(kind, id);
    if (before === null) throw new Error(`there is no row ${kind} ${id} to change`);
    const changed = 'updatedAt' in before ? { updatedAt: new Date(), ...patch } : patch;
    const row = { ...before, ...changed };
    this.#note(kind, row);
    await this.write(rowKinds[kind].table, updateRow(kind, id, changed));
    this.#keep(kind, row);
    return row;
  }

  remove(kind: RowKind, id: string): Promise<void> {
    return this.removeAll(kind, [id]);
  }

  async removeAll(kind: RowKind, ids: readonly string[]): Promise<void> {
    const rows = await this.query<Rows[typeof kind]>(deleteRows(kind, ids));
    const removed = new Map(rows.map((row) => [rowId(kind, row), row]));
    for (const id of ids) {
      // what another backend changed last, and we have not heard of, is what the removal comes after
      if (!this.#isMarked(kind, id)) await this.#ledger.hearOf(kind, id, removed.get(id) ?? null);
      this.#rows.delete(keyOf(kind, id));
      this.forget(kind, id);
    }
  }

  count(kind: RowKind, group: string): number {
    const { memory } = this.#ledger;
    const marks = [...this.#marks.values()].filter((mark) => mark.kind === kind);
    const before = marks.filter(({ id }) => memory.find(kind, id)?.group === group);
    const after = marks.filter((mark) => mark.digest !== null && mark.group === group);
    return memory.count(kind, group) - before.length + after.length;
  }

  async query<Row extends object>(statement: Statement): Promise<readonly Row[]> {
    await this.#send();
    return rowsOf<Row>(this.#tx, statement);
  }

  async write(table: string, ...statements: readonly Statement[]): Promise<void> {
    // in the order in which they were asked for
    if (this.#unsent.some((written) => written.table === table)) await this.#send();
    this.#unsent.push(...statements.map((statement) => ({ table, statement })));
  }

  forget(kind: string, id: string): void {
    if (this.#ledger.memory.find(kind, id) === null && !this.#isMarked(kind, id)) return;
    this.mark({ kind, id, version: this.#nextVersion(kind, id), digest: null });
  }

  mark(mark: Mark): void {
    this.#marks.set(keyOf(mark.kind, mark.id), mark);
  }

  audit(entry: AuditEntry): void {
    this.#entries.push(entry);
  }

  /** The transaction's last step. */
  async end(): Promise<readonly TaggedEvent[]> {
    const marks = [...this.#marks.values()];
    if (marks.length > 0 && this.#entries.length === 0) throw new Error('a change of rows is not told to the audit');
    const context = { after: this.#ledger.chain.head, address: requestAddress(), key: requestKey() };
    const events = this.#entries.map((entry, index) =>
      tagged(this.#ledger.eventKey, eventOf(entry, { ...context, marks: index === 0 ? marks : [] })),
    );
    if (events.length > 0) await this.write('audit_pending', pendingStatement(events));
    await this.#send();
    return events;
  }

  /**
   * Claims that two tables share have no constraint in the database: who takes one waits for those before, also of other
   * backends, and hears of what they took.
   */
  async #awaitClaims(kind: RowKind): Promise<void> {
    if (rowKinds[kind].sharesClaimsWith === undefined) return;
    await this.query({ text: 'SELECT pg_advisory_xact_lock($1::bigint)', values: [sharedClaimsLock] });
    await this.#ledger.chain.read();
  }

  #note<Kind extends RowKind>(kind: Kind, row: Rows[Kind]): void {
    const id = rowId(kind, row);
    const { claims, sharesClaimsWith: other } = rowKinds[kind];
    for (const claim of claims?.(row) ?? []) {
      this.#refuseTaken(kind, id, claim);
      if (other !== undefined) this.#refuseTaken(other, id, claim);
    }
    this.mark(this.#ledger.mark(kind, row, this.#nextVersion(kind, id)));
  }

  #refuseTaken(kind: string, id: string, claim: string): void {
    const claimant = this.#ledger.memory.claimant(kind, claim);
    if (claimant === null || claimant === id) return;
    // given up earlier in this transaction
    const mark = this.#marks.get(keyOf(kind, claimant));
    if (mark !== undefined && !(mark.claims ?? []).includes(claim)) return;
    throw new ClaimTaken(kind, claim);
  }

  /** Twice in one transaction is one change. */
  #nextVersion(kind: string, id: string): number {
    return this.#marks.get(keyOf(kind, id))?.version ?? this.#ledger.memory.nextVersion(kind, id);
  }

  #isMarked(kind: string, id: string): boolean {
    return this.#marks.has(keyOf(kind, id));
  }

  #known<Kind extends RowKind>(kind: Kind, id: string): Rows[Kind] | null {
    // kept under its kind
    return (this.#rows.get(keyOf(kind, id)) as Rows[Kind] | undefined) ?? null;
  }

  #keep<Kind extends RowKind>(kind: Kind, row: Rows[Kind] | null): Rows[Kind] | null {
    if (row !== null) this.#rows.set(keyOf(kind, rowId(kind, row)), row);
    return row;
  }

  async #select<Kind extends RowKind>(kind: Kind, id: string): Promise<Rows[Kind] | null> {
    const [row] = await this.query<Rows[Kind]>(selectRow(kind, id, { forUpdate: true }));
    return row ?? null;
  }

  async #send(): Promise<void> {
    const unsent = this.#unsent;
    this.#unsent = [];
    if (unsent.length > 0) await rowsOf(this.#tx, together(unsent.map(({ statement }) => statement)));
  }
}

const keyOf = (kind: string, id: string): string => `${kind}/${id}`;
