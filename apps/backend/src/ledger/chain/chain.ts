import type { Envelope } from '@secret-store/sealing';
import type { PoolClient } from 'pg';
import type { RowMemory } from '../../rows/row-memory.ts';
import { appendEvents } from './append-events.ts';
import { type ChainHead, emptyChain } from '../state/chain-head.ts';
import { type ChainPiece, type ChainState, leadsTo, readChain } from './chain-reader.ts';
import { readCheckpoint, type StoredCheckpoint, writeCheckpoint } from './checkpoints.ts';
import { inVersionOrder } from './in-version-order.ts';
import { genuineEvent, type LedgerEvent, type TaggedEvent } from './ledger-event.ts';
import { type LedgerDependencies, ledgerKeys } from './ledger-dependencies.ts';
import type { SignedHead } from './read-chain.ts';
import { type PendingRow, readAllPending, readPending } from './pending-events.ts';
import { RecentChanges, type Subject } from './recent-changes.ts';
import { RecentHeads } from './recent-heads.ts';
import { RecentIds, replayWindow } from './recent-ids.ts';

/** "audi" in ASCII; a lock of two numbers never meets one of the database library's, which have one. */
export const appendLock = { group: 0x61_75_64_69, number: 1 };
const eventsAtOnce = 1_000;
const checkpointEvery = 5_000;

type Settled = Omit<ChainPiece, 'signed'> & { readonly signed: Envelope | null };

/**
 * What this backend knows of the audit chain: its newest place, and the events of committed changes that are not in it yet.
 * Reading it raises the row memory. One thing at a time: callers that come meanwhile share the next reading.
 */
export class Chain {
  readonly #deps: LedgerDependencies;
  readonly #keys: { readonly events: Uint8Array };
  readonly #memory: RowMemory;
  readonly #recent = new RecentIds();
  /** committed, and not seen in the chain yet */
  readonly #unchained = new Map<string, TaggedEvent>();
  readonly #recentHeads = new RecentHeads();
  readonly #recentChanges = new RecentChanges();
  #head: ChainHead = emptyChain;
  #signed: SignedHead | null = null;
  #checkpointed = 0;
  #copied = 0;
  #state: ChainState = { state: 'whole' };
  #isPendingKnown = true;
  #turns: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  constructor(deps: LedgerDependencies, memory: RowMemory) {
    this.#deps = deps;
    this.#keys = ledgerKeys(deps.keys);
    this.#memory = memory;
  }

  /** The newest place that was read or written. */
  get head(): ChainHead {
    return this.#head;
  }

  /** A backend's word for the newest event; null before the first that a backend signed. */
  get signedHead(): Envelope | null {
    return this.#signed?.signed ?? null;
  }

  /** The place of that event, as the word has it. */
  get signedPlace(): ChainHead | null {
    return this.#signed?.head ?? null;
  }

  /**
   * What changed after a signed head of the chain, whichever backend read it, and what is on its way into the chain. Null where that is
   * not known any more.
   */
  changesSince({ epoch, sequence }: Pick<ChainHead, 'epoch' | 'sequence'>): readonly Subject[] | null {
    const chained = epoch === this.#head.epoch ? this.#recentChanges.since(sequence) : null;
    return chained && [...chained, ...[...this.#unchained.values()].flatMap(({ event }) => event.marks)];
  }

  /** How the last reading ended. */
  get state(): ChainState {
    return this.#state;
  }

  /** Whether the last `append` has seen everything that was pending, and chained it. */
  get isPendingKnown(): boolean {
    return this.#isPendingKnown;
  }

  get hasUnchained(): boolean {
    return this.#unchained.size > 0;
  }

  /** Loads the newest checkpoint and what follows it. */
  async load(): Promise<void> {
    const checkpoint = await readCheckpoint(this.#deps);
    if (checkpoint !== null) this.#begin(checkpoint);
    await this.read();
  }

  /** Whether the chain goes on from this place, as far as it was read. */
  async contains(place: ChainHead): Promise<boolean> {
    if (place.epoch > this.#head.epoch) return false;
    return this.#recentHeads.has(place) || leadsTo(this.#deps.db.side, place, this.#head);
  }

  /** Whether a new epoch was entered that no event of the chain has yet. */
  get isEntering(): boolean {
    return this.#head.epoch > (this.#signed?.head.epoch ?? 0);
  }

  /** After a restore: the same place, in a new epoch. */
  enterEpoch(epoch: number): void {
    this.#head = { ...this.#head, epoch };
  }

  /** The place where a chain ends that no backend signed yet, which a takeover goes on from. */
  beginAfter(head: ChainHead): void {
    this.#head = head;
    this.#recentChanges.begin(head.sequence);
  }

  /** Events of a change that was committed just now. */
  committed(events: readonly TaggedEvent[]): void {
    for (const tagged of events) this.#keep(tagged);
  }

  /** Everything that was committed before the call is known afterwards. */
  read(): Promise<void> {
    this.#next ??= this.#inTurn(() => {
      this.#next = null;
      return this.#readOnce();
    });
    return this.#next;
  }

  /**
   * Reads, and moves what is pending into the chain.
   * @returns false while another backend does
   */
  async append(): Promise<boolean> {
    const isOurs = await this.#inTurn(() => this.#appendOnce());
    if (this.#head.sequence - this.#checkpointed >= checkpointEvery) await this.checkpoint();
    return isOurs;
  }

  /** Into the database, for backends that start, and into the folder, where it tells later what a restore has undone. */
  async checkpoint(): Promise<void> {
    const { sequence } = this.#head;
    if (sequence === this.#checkpointed && sequence === this.#copied) return;
    const checkpoint = { head: this.#head, marks: [...this.#memory.chained()], recentIds: this.#recent.list() };
    if (sequence !== this.#checkpointed) await writeCheckpoint(this.#deps, checkpoint);
    this.#checkpointed = sequence;
    await this.#deps.folder.writeMemory(checkpoint);
    this.#copied = sequence;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turns.then(work);
    this.#turns = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  #begin({ head, signed, marks, recentIds }: StoredCheckpoint): void {
    this.#head = head;
    this.#signed = signed;
    this.#checkpointed = head.sequence;
    this.#recentChanges.begin(head.sequence);
    this.#memory.settle(marks);
    for (const id of recentIds) this.#recent.add(id);
  }

  async #readOnce(): Promise<void> {
    // pending first: what is moved meanwhile is then found in the chain
    const pending = await readAllPending(this.#deps.db.side, eventsAtOnce);
    this.#state = await this.#readTail(this.#deps.db.side);
    if (this.#state.state !== 'whole') return;
    for (const row of pending) {
      const event = this.#genuine(row);
      if (event !== null) this.#keep(event);
    }
  }

  #readTail(database: Parameters<typeof readChain>[0]): Promise<ChainState> {
    return readChain(database, this.#deps.keys.verificationKey, this.#head, (piece) => this.#settle(piece));
  }

  async #appendOnce(): Promise<boolean> {
    const client = await this.#deps.db.side.connect();
    let failure: Error | undefined;
    try {
      await client.query('BEGIN');
      const { rows } = await client.query<{ free: boolean }>(
        'SELECT pg_try_advisory_xact_lock($1::int, $2::int) AS free',
        [appendLock.group, appendLock.number],
      );
      const isOurs = rows[0]?.free === true;
      if (isOurs) await this.#appendLocked(client);
      else await client.query('ROLLBACK');
      return isOurs;
    } catch (error) {
      failure = error instanceof Error ? error : new Error('the chain was not written');
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      client.release(failure);
    }
  }

  async #appendLocked(client: PoolClient): Promise<void> {
    const known = [...this.#unchained.values()];
    const pending = await readPending(client, eventsAtOnce);
    this.#state = await this.#readTail(client);
    if (this.#state.state !== 'whole') {
      await client.query('COMMIT');
      return;
    }
    const rows = pending.map(({ id, ...row }) => ({ id, event: this.#genuine({ id, ...row })?.event ?? null }));
    const vanished = pending.length < eventsAtOnce ? this.#vanished(known, rows) : [];
    const events = inVersionOrder(this.#memory, [...vanished, ...rows.flatMap(({ event }) => event ?? [])]);
    const chained = new Set(events);
    this.#isPendingKnown =
      pending.length < eventsAtOnce && rows.every(({ event }) => event === null || chained.has(event));
    // refused ones go too; those that wait for an earlier one stay
    const pendingIds = rows.flatMap(({ id, event }) => (event === null || chained.has(event) ? [id] : []));
    const place =
      events.length + pendingIds.length === 0
        ? null
        : await appendEvents(client, this.#deps.keys.signer, this.#head, { events, pendingIds });
    await client.query('COMMIT');
    if (place !== null) this.#settle({ ...place, events });
  }

  /** Events that were committed and are neither pending nor chained: somebody took them away. They are chained all the same. */
  #vanished(
    known: readonly TaggedEvent[],
    rows: readonly { readonly event: LedgerEvent | null }[],
  ): readonly LedgerEvent[] {
    const pending = new Set(rows.map(({ event }) => event?.id));
    const vanished = known.filter(({ event: { id } }) => this.#unchained.has(id) && !pending.has(id));
    if (vanished.length > 0) {
      this.#deps.log.error(
        { events: vanished.length },
        'audit events were removed before they were chained; they are chained from memory',
      );
    }
    return vanished.map(({ event }) => event);
  }

  /** Null for a row that no backend wrote, or whose event is in the chain already. */
  #genuine(row: PendingRow): TaggedEvent | null {
    const event = genuineEvent(this.#keys.events, row);
    // read before another backend moved it, and found in the chain since
    if (event !== null && this.#recent.has(event.event.id)) return null;
    if (event !== null && this.#isTimely(event.event)) return event;
    this.#deps.folder.noteRefusal({ table: 'audit_pending', id: row.id });
    this.#deps.log.error({ id: row.id }, 'a pending audit event that no backend of this store wrote is refused');
    return null;
  }

  /** Not from a state that a restore has undone, and not put back so late that its id is forgotten. */
  #isTimely({ after, epoch }: LedgerEvent): boolean {
    const { sequence } = this.#head;
    return epoch === this.#head.epoch && after <= sequence && after >= sequence - replayWindow;
  }

  #keep(tagged: TaggedEvent): void {
    if (this.#recent.has(tagged.event.id)) return;
    this.#unchained.set(tagged.event.id, tagged);
    this.#memory.raise(tagged.event.marks);
  }

  #settle({ head, signed, events }: Settled): void {
    for (const { id, marks } of events) {
      this.#memory.settle(marks);
      this.#recentChanges.add(head.sequence, marks);
      this.#recent.add(id);
      this.#unchained.delete(id);
    }
    this.#head = head;
    if (signed === null) return;
    this.#signed = { head, signed };
    this.#recentHeads.add(head);
  }
}
