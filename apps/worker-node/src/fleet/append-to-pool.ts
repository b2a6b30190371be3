import type { Envelope, PoolLog } from '@secret-store/sealing';
import { exitCode } from '../errors/exit-code.ts';
import { LogMovedOn, ResolveFailure } from '../errors/resolve-failure.ts';
import type { FleetDependencies } from './fleet-dependencies.ts';
import { askFleet, takeKeys } from './update-logs.ts';

const triesMaximum = 10;

export interface NextEntries {
  readonly entries: readonly Envelope[];
  /** by worker id, what is handed to those that join by these entries */
  readonly marks?: Readonly<Record<string, string>>;
}

/**
 * Adds entries to a pool's log. Where another member was faster, the log is read and the entries are made again.
 * @param make from the log as it is now; null: there is nothing left to do
 * @returns the log with the entries
 * @throws {ResolveFailure} where the pool's log is not held, or keeps moving on @throws {SealingError} where this worker may not do it
 */
export const appendToPool = async (
  deps: FleetDependencies,
  poolId: string,
  make: (log: PoolLog) => Promise<NextEntries | null>,
): Promise<PoolLog> => {
  for (let tries = 1; ; tries += 1) {
    const log = deps.logs.log(poolId);
    if (log === null) throw new ResolveFailure(exitCode.unavailable, "the log of this worker's pool has not come yet");
    const next = await make(log);
    if (next === null) return log;
    try {
      await send(deps, log, next);
      return deps.logs.log(poolId) ?? log;
    } catch (error) {
      if (!(error instanceof LogMovedOn) || tries === triesMaximum) throw error;
      await askFleet(deps);
    }
  }
};

const send = async (
  { backend, logs, keys }: FleetDependencies,
  log: PoolLog,
  { entries, marks = {} }: NextEntries,
): Promise<void> => {
  const { poolId, founding, head } = log;
  const next = log.copy();
  for (const entry of entries) next.append(entry);
  const part = { poolId, founding, from: head.number, entries: [...entries] };
  await backend.appendLog({ ...part, marks: { ...marks } });
  await logs.take(part);
  await takeKeys({ logs, keys });
};
