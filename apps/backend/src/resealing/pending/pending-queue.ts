import { randomUUID } from 'node:crypto';
import { resealBatchMaximum, type SealedPlace } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import type { Dependencies } from '../../dependencies.ts';
import type { Leases } from './leases.ts';
import { overPending, type PendingScope } from './pending-statement.ts';

type QueueDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools'>;

export interface FoundRow {
  readonly kind: 'value' | 'configuration';
  readonly ownerId: string;
  readonly secretId: string | null;
  readonly number: number;
  readonly part: 'shared' | 'workers' | null;
  readonly bytes: number;
}

interface Waiting {
  readonly place: SealedPlace;
  readonly bytes: number;
}

/** How many are looked up at once: the look-up goes through all records. */
const lookUpMaximum = 2_000;
/** Of the records of one batch, as the database keeps them; a single one may be larger. */
const batchBytesMaximum = 2 * 1024 * 1024;

/** What is to be sealed again, each record by one at a time. */
export class PendingQueues {
  readonly #deps: QueueDependencies;
  readonly #leases: Leases;
  /** by scope: workers with the same keys share one */
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(deps: QueueDependencies, leases: Leases) {
    this.#deps = deps;
    this.#leases = leases;
  }

  /** Leases the next places of one batch. None: nothing is pending that is not under way. */
  async next(scope: PendingScope): Promise<readonly SealedPlace[]> {
    const key = JSON.stringify(scope);
    const kept = this.#takeFrom(key);
    if (kept.length > 0) return kept;
    const found = await this.#lookUp(scope);
    if (found.length === 0) this.#waiting.delete(key);
    else this.#waiting.set(key, found);
    return this.#takeFrom(key);
  }

  #takeFrom(key: string): SealedPlace[] {
    const waiting = this.#waiting.get(key) ?? [];
    const places: SealedPlace[] = [];
    let bytes = 0;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (!this.#leases.isFree(next.place)) continue;
      const isFull = places.length === resealBatchMaximum || bytes + next.bytes > batchBytesMaximum;
      if (places.length > 0 && isFull) {
        waiting.unshift(next);
        break;
      }
      this.#leases.take(next.place);
      places.push(next.place);
      bytes += next.bytes;
    }
    return places;
  }

  /** From a place by chance, as other backends look too; records of one algorithm together, as they get one set. */
  async #lookUp(scope: PendingScope): Promise<Waiting[]> {
    const rows = await rowsOf<FoundRow>(
      this.#deps.db.pool,
      await overPending(
        this.#deps,
        scope,
        `SELECT kind, "ownerId", "secretId", number, part, pg_column_size(record) AS bytes FROM found
         ORDER BY "ownerId" < $6::uuid, "ownerId", "secretId", number LIMIT ${lookUpMaximum}`,
        [randomUUID()],
      ),
    );
    return rows.map((row) => ({ place: placeOf(row), bytes: row.bytes }));
  }
}

export const placeOf = ({ kind, ownerId, secretId, number, part }: Omit<FoundRow, 'bytes'>): SealedPlace =>
  kind === 'value'
    ? { kind, algorithmId: ownerId, secretId: secretId ?? '', version: number }
    : { kind, providerId: ownerId, number, part: part ?? 'shared' };
