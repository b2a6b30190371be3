import type { PoolLogPart } from '@secret-store/api/schemas';
import { type PoolLog, type PoolTrust, type RootPublic, SealingError } from '@secret-store/sealing';
import { type FollowedLog, followFromFounding, followLog } from '../fleet/followed-log.ts';
import type { VerifiedLogs } from './reseal-dependencies.ts';

/** The logs of all pools as one process has verified them from the root. Nothing of an earlier process is known. */
export class ReadLogs implements VerifiedLogs {
  readonly #root: RootPublic;
  readonly #logs = new Map<string, FollowedLog>();
  #firstId = '';

  private constructor(root: RootPublic) {
    this.#root = root;
  }

  /** @throws {SealingError} when one does not verify */
  static async read(parts: readonly PoolLogPart[], root: RootPublic): Promise<ReadLogs> {
    const logs = new ReadLogs(root);
    const firstOnTop = parts.toSorted((a, b) => Number(isSigned(a.founding)) - Number(isSigned(b.founding)));
    for (const part of firstOnTop) await logs.take(part);
    return logs;
  }

  get all(): readonly PoolLog[] {
    return [...this.#logs.values()].map(({ log }) => log);
  }

  get held(): Record<string, number> {
    return Object.fromEntries(this.all.map(({ poolId, head }) => [poolId, head.number]));
  }

  log(poolId: string): PoolLog | null {
    return this.#logs.get(poolId)?.log ?? null;
  }

  async take(part: PoolLogPart): Promise<void> {
    const held = this.#logs.get(part.poolId);
    const number = held?.log.head.number ?? 0;
    if (part.from > number) throw new SealingError('BAD_RECORD', 'entries of the log are missing');
    const next =
      held === undefined
        ? followFromFounding(part, this.#trustOf(part.founding), '')
        : followLog(held, part.entries.slice(number - part.from), '');
    const { log } = next;
    if (log.poolId !== part.poolId || (log.isFirst && ![log.poolId, ''].includes(this.#firstId)))
      throw new SealingError('UNTRUSTED', 'the log is of another pool');
    if (log.isFirst) this.#firstId = log.poolId;
    this.#logs.set(log.poolId, next);
  }

  #trustOf(founding: unknown): PoolTrust {
    if (!isSigned(founding)) return { root: this.#root, first: null };
    const first = (): PoolLog | null => this.log(this.#firstId);
    return {
      root: this.#root,
      get first() {
        return first();
      },
    };
  }
}

const isSigned = (founding: unknown): boolean =>
  typeof founding === 'object' && founding !== null && 'signed' in founding;
