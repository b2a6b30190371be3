import { type Database, rowsOf } from '@secret-store/db';
import {
  type AppendedEntry,
  type Envelope,
  envelopeSchema,
  foundingSchema,
  type PoolFounding,
  PoolLog,
  type PoolTrust,
  SealingError,
} from '@secret-store/sealing';
import type { BackendKeys } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import type { Ledger } from '../../ledger/ledger.ts';

export interface PoolLogDependencies {
  readonly db: Pick<Database, 'pool'>;
  readonly ledger: Ledger;
  readonly keys: Pick<BackendKeys, 'root' | 'firstPool'>;
}

/** A log is remembered under its pool's id, with the hash of its head. */
const kind = 'poolLog';
/** The founding is the first version. */
const versionOf = (entries: number): number => entries + 1;

/** Another backend's entry can come between reading the log and looking it up. */
const triesMaximum = 10;

export interface AppendedEntries {
  readonly log: PoolLog;
  readonly appended: readonly AppendedEntry[];
}

interface EntryRow {
  readonly number: number;
  readonly envelope: unknown;
}

/**
 * The signed logs of all pools, each verified once from the root upwards. Rows say nothing: a log counts as far as the row memory
 * has it.
 */
export class PoolLogs {
  readonly #deps: PoolLogDependencies;
  readonly #logs = new Map<string, PoolLog>();
  readonly #trust: PoolTrust;
  readonly firstPoolId: string;

  /** @throws {SealingError} when the root did not certify the store's first pool and its first worker */
  constructor(deps: PoolLogDependencies) {
    this.#deps = deps;
    const first = PoolLog.found(deps.keys.firstPool, { root: deps.keys.root, first: null });
    this.firstPoolId = first.poolId;
    this.#logs.set(first.poolId, first);
    const logs = this.#logs;
    this.#trust = {
      root: deps.keys.root,
      get first() {
        return logs.get(first.poolId) ?? first;
      },
    };
  }

  /**
   * The pool's log as it is now; null where it has none yet.
   * @throws {RowRefused} where it was changed outside the store
   */
  async log(poolId: string): Promise<PoolLog | null> {
    // what others take from it must not be older than what they are
    if (poolId !== this.firstPoolId) await this.#current(this.firstPoolId);
    return this.#current(poolId);
  }

  async firstLog(): Promise<PoolLog> {
    const log = await this.#current(this.firstPoolId);
    if (log === null) throw new Error('the first pool has no log');
    return log;
  }

  /**
   * Verifies entries against the log as it is now, which the change must have locked, and writes them.
   * @returns the log as it is with them, and what they say
   * @throws {SealingError} when they do not extend it, or their signer may not sign them
   */
  async append(
    change: Change,
    poolId: string,
    addition: { readonly founding: PoolFounding; readonly entries: readonly Envelope[] },
  ): Promise<AppendedEntries> {
    const held = await this.log(poolId);
    const next = held?.copy() ?? this.#founded(poolId, addition.founding);
    const from = next.head.number;
    const appended = addition.entries.map((envelope) => next.append(envelope));
    if (!this.#mayCount(next))
      throw new SealingError('UNTRUSTED', 'the worker that founded the pool was revoked: create another pool');
    const rows: EntryRow[] = addition.entries.map((envelope, index) => ({ number: from + index + 1, envelope }));
    // also of the store's first pool, so that the database and the recovery file are enough to recover
    if (from === 0) rows.unshift({ number: 0, envelope: next.founding });
    for (const { number, envelope } of rows) {
      await change.write('pool_log_entry', {
        // a row that nobody of this store wrote gives way
        text: `INSERT INTO pool_log_entry ("poolId", number, envelope) VALUES ($1::uuid, $2::int, $3::jsonb)
          ON CONFLICT ("poolId", number) DO UPDATE SET envelope = EXCLUDED.envelope`,
        values: [poolId, number, JSON.stringify(envelope)],
      });
    }
    const version = versionOf(next.head.number);
    change.mark({ kind, id: poolId, version, steps: rows.length, digest: next.head.hash });
    return { log: next, appended };
  }

  /** What the first pool has taken in may still be on its way here: see `fleet`. */
  #mayCount(log: PoolLog): boolean {
    return log.isFounded || this.#trust.first?.state.admitted.has(log.poolId) === true;
  }

  #founded(poolId: string, founding: PoolFounding): PoolLog {
    const log = PoolLog.found(founding, this.#trust);
    if (log.poolId !== poolId) throw new SealingError('UNTRUSTED', 'the founding is of another pool');
    return log;
  }

  async #current(poolId: string): Promise<PoolLog | null> {
    for (let tries = 0; tries < triesMaximum; tries += 1) {
      const known = this.#logs.get(poolId) ?? null;
      if (this.#isNewest(poolId, known)) return known;
      const read = await this.#read(poolId, known);
      if (read !== null && this.#isNewest(poolId, read)) {
        this.#logs.set(poolId, read);
        return read;
      }
      await this.#deps.ledger.chain.read();
    }
    throw this.#deps.ledger.refuse(kind, poolId, 'changed');
  }

  #isNewest(poolId: string, log: PoolLog | null): boolean {
    const remembered = this.#deps.ledger.memory.find(kind, poolId);
    if (remembered === null) return log === null || log.head.number === 0;
    return log !== null && remembered.version === versionOf(log.head.number) && remembered.digest === log.head.hash;
  }

  /** The log with what the database has after the entries that are known; null where that does not verify. */
  async #read(poolId: string, known: PoolLog | null): Promise<PoolLog | null> {
    const remembered = this.#deps.ledger.memory.find(kind, poolId);
    const read = await rowsOf<EntryRow>(this.#deps.db.pool, {
      text: `SELECT number, envelope FROM pool_log_entry
        WHERE "poolId" = $1::uuid AND number > $2::int AND number < $3::int ORDER BY number`,
      values: [poolId, known?.head.number ?? -1, remembered?.version ?? 0],
    });
    try {
      const [first, ...rest] = read;
      const founding = known === null ? foundingSchema.parse(first?.envelope) : known.founding;
      const log = known?.copy() ?? this.#founded(poolId, founding);
      for (const { envelope } of known === null ? rest : read) log.append(envelopeSchema.parse(envelope));
      return log;
    } catch (error) {
      if (error instanceof SealingError || isOfUnknownForm(error)) return null;
      throw error;
    }
  }
}

const isOfUnknownForm = (error: unknown): boolean => error instanceof Error && error.name === 'ZodError';
