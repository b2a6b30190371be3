import { createHash } from 'node:crypto';
import { readProblems } from '@secret-store/api/schemas';
import { pluginFailureWords } from '@secret-store/plugin-host';
import { receiptProcessesMaximum, type WorkerReceipt } from '@secret-store/sealing';
import type { Refresh } from '../following/refreshes.ts';
import type { RunningProcess } from '../processes/running-processes.ts';

type Said = Pick<WorkerReceipt, 'set' | 'failures' | 'processes'>;

interface Page {
  set: Said['set'] | null;
  failures: Said['failures'];
  processes: Said['processes'];
  /** when this was so first, by the monotonic clock */
  readyAt: number;
  /** grows with each thing to say */
  version: number;
  /** what the backend has for certain; null: nothing */
  kept: { readonly version: number; readonly counter: number } | null;
}

/** Something that the backend does not have for certain. */
export interface Unsaid {
  readonly algorithmId: string;
  readonly version: number;
  /** null: the algorithm is gone, or has left the pool */
  readonly said: Said | null;
  readonly readyAt: number;
}

const reasons = new Set<string>([...Object.keys(pluginFailureWords), ...readProblems]);

/** What there is to say of each algorithm, and what the backend has of it. */
export class ReceiptBook {
  readonly #pages = new Map<string, Page>();
  readonly #now: () => number;
  #running: ReadonlyMap<string, Said['processes']> = new Map();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @returns whether there is something to say */
  refreshed({ algorithmId, set, failures }: Pick<Refresh, 'algorithmId' | 'set' | 'failures'>): boolean {
    const before = this.#pages.get(algorithmId);
    if (before === undefined && set === null) return false;
    const now = { set, failures: byReason(failures) };
    if (before !== undefined && isSame({ set: before.set, failures: before.failures }, now)) return false;
    this.#pages.set(algorithmId, {
      ...now,
      processes: this.#running.get(algorithmId) ?? none,
      readyAt: this.#now(),
      version: (before?.version ?? 0) + 1,
      kept: before?.kept ?? null,
    });
    return true;
  }

  /** @returns whether there is something to say */
  runs(processes: readonly RunningProcess[]): boolean {
    this.#running = byAlgorithm(processes);
    let isChanged = false;
    for (const [algorithmId, page] of this.#pages) {
      const own = this.#running.get(algorithmId) ?? none;
      if (page.processes === own || isSame(page.processes, own)) continue;
      isChanged = true;
      page.processes = own;
      page.version += 1;
    }
    return isChanged;
  }

  /** The first of what the backend does not have for certain. */
  unsaid(maximum: number): Unsaid[] {
    const found: Unsaid[] = [];
    for (const [algorithmId, { set, failures, processes, readyAt, version, kept }] of this.#pages) {
      if (kept?.version === version) continue;
      found.push({ algorithmId, version, readyAt, said: set === null ? null : { set, failures, processes } });
      if (found.length === maximum) break;
    }
    return found;
  }

  /** The backend has it now. @param counter of its receipt; null: it has forgotten the algorithm */
  keep({ algorithmId, version, said }: Unsaid, counter: number | null): void {
    const page = this.#pages.get(algorithmId);
    if (page === undefined) return;
    if (said === null && page.version === version) this.#pages.delete(algorithmId);
    else page.kept = counter === null ? null : { version, counter };
  }

  /** The pool does not run it, as far as the backend knows: said again when it is refreshed. */
  drop(algorithmId: string): void {
    this.#pages.delete(algorithmId);
  }

  /** The backend has something else: everything is to be said. */
  forgetKept(): void {
    for (const page of this.#pages.values()) page.kept = null;
  }

  /** SHA-256 (hex) of what the backend has for certain, as it computes it too. */
  digest(): string {
    const lines = [...this.#pages].flatMap(([id, { kept }]) => (kept === null ? [] : [`${id} ${kept.counter}\n`]));
    return createHash('sha256').update(lines.sort().join('')).digest('hex');
  }
}

const none: Said['processes'] = [];

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** A reason that is no word of the lists stays here, whatever it says. */
const byReason = (failures: Refresh['failures']): Said['failures'] => {
  const grouped = new Map<string, string[]>();
  for (const { secretId, reason } of failures) {
    const word = reasons.has(reason) ? reason : 'other';
    grouped.set(word, [...(grouped.get(word) ?? []), secretId]);
  }
  return [...grouped].map(([reason, secretIds]) => ({ reason, secretIds }));
};

/** Those that have run longest first: they have the oldest values. */
const byAlgorithm = (processes: readonly RunningProcess[]): ReadonlyMap<string, Said['processes']> => {
  const grouped = new Map<string, Said['processes']>();
  for (const { algorithmId, id, kind, number, started } of processes) {
    const own = grouped.get(algorithmId) ?? [];
    if (own.length === receiptProcessesMaximum) continue;
    own.push({ id, kind, number, started });
    grouped.set(algorithmId, own);
  }
  return grouped;
};
