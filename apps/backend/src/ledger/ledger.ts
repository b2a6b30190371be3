import { setTimeout as delay } from 'node:timers/promises';
import { rowsOf, Turns } from '@secret-store/db';
import { describeError } from '../describe-error.ts';
import { rowDigest } from '../rows/row-digest.ts';
import { isReturning, rowId, type RowKind, rowKinds, type Rows } from '../rows/row-kinds.ts';
import { RowMemory } from '../rows/row-memory.ts';
import { passRefused, type RowProblem, RowRefused } from '../rows/row-refused.ts';
import { selectRow, selectRows } from '../rows/row-statements.ts';
import type { Mark } from '../rows/mark.ts';
import { Chain } from './chain/chain.ts';
import { type LedgerDependencies, ledgerKeys } from './chain/ledger-dependencies.ts';
import type { ChainRow } from './chain/read-chain.ts';
import type { Epoch } from './epochs.ts';
import { Standing } from './standing.ts';
import type { TaggedEvent } from './chain/ledger-event.ts';
import { vouchedEvents } from './vouched-events.ts';

/** Another backend's change, or one of our own, can come between reading a row and looking it up. */
const triesMaximum = 10;
const flushPauseMilliseconds = 5;

export interface RefusedRow {
  readonly kind: string;
  readonly id: string;
  readonly problem: RowProblem;
}

/**
 * The one way to believe a row. The database is storage: a row counts only when the row memory, which the audit chain fills,
 * says the same of it.
 */
export class Ledger {
  readonly memory = new RowMemory(isReturning);
  readonly chain: Chain;
  readonly standing: Standing;
  /** what changes wait in that must come one after the other */
  readonly turns = new Turns();
  /** the restore that the store follows; null without one */
  epoch: Epoch | null = null;
  readonly #deps: LedgerDependencies;
  readonly #keys: { readonly rows: Uint8Array; readonly events: Uint8Array };
  readonly #told = new Set<string>();
  #onRefusal: (refused: RefusedRow) => void = () => undefined;
  #onCommitted: () => void = () => undefined;
  #onFollowed: (begunAt: number) => void = () => undefined;

  constructor(deps: LedgerDependencies) {
    this.#deps = deps;
    this.#keys = ledgerKeys(deps.keys);
    this.chain = new Chain(deps, this.memory);
    this.standing = new Standing(deps, this.chain);
  }

  get folder(): LedgerDependencies['folder'] {
    return this.#deps.folder;
  }

  get eventKey(): Uint8Array {
    return this.#keys.events;
  }

  /** Called after each change of this process. */
  onCommitted(tell: () => void): void {
    this.#onCommitted = tell;
  }

  /**
   * Called each time that everything is known which any backend had committed when the reading began, by this process's own clock
   * (`performance.now`).
   */
  onFollowed(tell: (begunAt: number) => void): void {
    this.#onFollowed = tell;
  }

  /** Called once for each refused row, after it was logged to the backend's folder. */
  onRefusal(tell: (refused: RefusedRow) => void): void {
    this.#onRefusal = tell;
  }

  digest<Kind extends RowKind>(kind: Kind, id: string, version: number, row: Rows[Kind]): string {
    return rowDigest(this.#keys.rows, { kind, id, version, row });
  }

  /** What a change of the row is remembered by. */
  mark<Kind extends RowKind>(kind: Kind, row: Rows[Kind], version: number): Mark {
    const { claims, group } = rowKinds[kind];
    const id = rowId(kind, row);
    return {
      ...{ kind, id, version, digest: this.digest(kind, id, version, row) },
      ...(claims !== undefined && { claims: [...claims(row)] }),
      ...(group !== undefined && { group: group(row) }),
    };
  }

  /** Whether the row is exactly what the memory says, without asking the database. */
  isGenuine<Kind extends RowKind>(kind: Kind, row: Rows[Kind]): boolean {
    const id = rowId(kind, row);
    const held = this.memory.find(kind, id);
    return held !== null && held.digest === this.digest(kind, id, held.version, row);
  }

  /**
   * The row as it is now: the given one, or a newer one where it has changed since it was read. Null where it is gone.
   * @throws {RowRefused} where somebody else wrote the row
   */
  async genuine<Kind extends RowKind>(kind: Kind, row: Rows[Kind]): Promise<Rows[Kind] | null> {
    return this.isGenuine(kind, row) ? row : this.#settled(kind, rowId(kind, row), row, (id) => this.#select(kind, id));
  }

  /** Those that are genuine; the others are refused and logged. */
  async genuineAll<Kind extends RowKind>(kind: Kind, rows: readonly Rows[Kind][]): Promise<Rows[Kind][]> {
    const genuine: Rows[Kind][] = [];
    for (const row of rows) {
      const now = await this.genuine(kind, row).catch(passRefused);
      if (now !== null) genuine.push(now);
    }
    return genuine;
  }

  /**
   * @returns null where there is none
   * @throws {RowRefused} where somebody else wrote or removed it
   */
  async read<Kind extends RowKind>(kind: Kind, id: string): Promise<Rows[Kind] | null> {
    return this.checked(kind, id, await this.#select(kind, id), () => this.#select(kind, id));
  }

  /** Genuine rows whose fields have these values; what somebody else wrote is refused and left out. */
  async find<Kind extends RowKind>(kind: Kind, where: Partial<Rows[Kind]>): Promise<Rows[Kind][]> {
    return this.genuineAll(kind, await rowsOf<Rows[Kind]>(this.#deps.db.pool, selectRows(kind, where)));
  }

  /** The same for a row that was read already; `again` reads it once more. */
  async checked<Kind extends RowKind>(
    kind: Kind,
    id: string,
    row: Rows[Kind] | null,
    again: (id: string) => Promise<Rows[Kind] | null>,
  ): Promise<Rows[Kind] | null> {
    return this.#agrees(kind, id, row) ? row : this.#settled(kind, id, row, again);
  }

  /**
   * Events that something is decided by, in the order of the statement, which selects their `sequence`. What was committed before the call
   * is among them. One that was removed is not missed: only the whole chain shows that.
   * @throws {RowRefused} where one is not as a backend of this store wrote it
   */
  async events(statement: { readonly text: string; readonly values: readonly unknown[] }): Promise<ChainRow[]> {
    await this.flush();
    const { db, keys } = this.#deps;
    const found = await rowsOf<{ readonly sequence: string }>(db.pool, { ...statement, values: [...statement.values] });
    const wanted = found.map(({ sequence }) => sequence);
    const restore = this.epoch && { ...this.epoch.head, epoch: this.epoch.number };
    const vouched = await vouchedEvents(db.pool, wanted, { verificationKey: keys.verificationKey, restore });
    return wanted.map((sequence) => {
      const event = vouched.get(sequence);
      if (event === undefined) throw this.refuse('auditEvent', sequence, 'changed');
      return event;
    });
  }

  /** Reads what other backends have committed, unless the memory says the same of the row already. */
  async hearOf<Kind extends RowKind>(kind: Kind, id: string, row: Rows[Kind] | null): Promise<void> {
    if (!this.#agrees(kind, id, row)) await this.chain.read();
  }

  /** After the commit, before anybody is answered. */
  committed(events: readonly TaggedEvent[]): void {
    this.chain.committed(events);
    if (events.length > 0) this.#onCommitted();
  }

  /** Chains what is pending, and knows what other backends have committed. */
  async follow(): Promise<void> {
    const begunAt = performance.now();
    // another backend chains, or not all could be chained: what is committed is read all the same
    if (!(await this.chain.append()) || !this.chain.isPendingKnown) await this.chain.read();
    if (this.chain.state.state === 'whole' && this.standing.isSound) this.#onFollowed(begunAt);
  }

  /** Moves everything that was committed so far into the chain; what waits for an event that nobody has any more stays. */
  async flush(): Promise<void> {
    for (;;) {
      const { sequence } = this.chain.head;
      const isOurs = await this.chain.append();
      const hasMoved = this.chain.head.sequence > sequence;
      if (!this.chain.hasUnchained || this.chain.state.state !== 'whole' || (isOurs && !hasMoved)) return;
      // another backend chains; one that hangs there is ended by PostgreSQL
      if (!isOurs) await delay(flushPauseMilliseconds);
    }
  }

  /** Logs a refused row: to the backend's folder first, once for each way in which it is wrong. */
  refuse(kind: string, id: string, problem: RowProblem): RowRefused {
    const key = `${kind}/${id}/${problem}`;
    if (!this.#told.has(key)) {
      this.#told.add(key);
      this.#deps.folder.noteRefusal({ table: kind, id, problem });
      this.#deps.log.error({ kind, id, problem }, 'a row that was changed outside the store is refused');
      try {
        this.#onRefusal({ kind, id, problem });
      } catch (error) {
        this.#deps.log.error({ cause: describeError(error) }, 'a refusal was not told');
      }
    }
    return new RowRefused(kind, id, problem);
  }

  #agrees<Kind extends RowKind>(kind: Kind, id: string, row: Rows[Kind] | null): boolean {
    return row === null ? this.memory.find(kind, id) === null : this.isGenuine(kind, row);
  }

  async #settled<Kind extends RowKind>(
    kind: Kind,
    id: string,
    first: Rows[Kind] | null,
    again: (id: string) => Promise<Rows[Kind] | null>,
  ): Promise<Rows[Kind] | null> {
    let row = first;
    for (let tries = 0; tries < triesMaximum; tries += 1) {
      await this.chain.read();
      row = await again(id);
      if (this.#agrees(kind, id, row)) return row;
    }
    throw this.refuse(kind, id, row === null ? 'missing' : this.memory.find(kind, id) === null ? 'unknown' : 'changed');
  }

  async #select<Kind extends RowKind>(kind: Kind, id: string): Promise<Rows[Kind] | null> {
    const [row] = await rowsOf<Rows[Kind]>(this.#deps.db.pool, selectRow(kind, id));
    return row ?? null;
  }
}
