import { setImmediate as othersTurn } from 'node:timers/promises';
import type { SetEntry } from '@secret-store/sealing';
import { Mutex } from 'async-mutex';
import type { AcceptedDelivery } from '../resolve/accepting/accept-delivery.ts';
import { stillUndecided } from '../resolve/accepting/decided-delivery.ts';
import { pluginReader } from '../resolve/read-environment.ts';
import { type InternalEntry, isInternal, readInternalValue } from '../resolve/read-internal-value.ts';
import type { ResolveDependencies } from '../resolve/accepting/resolve-dependencies.ts';
import { VariableFailure } from '../resolve/accepting/variable-failure.ts';
import type { Refresh } from './refreshes.ts';

/** Takes about 2 ms, for which the worker answers nobody. */
const openedAtOnce = 8;

type Failure = Refresh['failures'][number] & { readonly cause: unknown };

export interface ReadEach {
  readonly failures: readonly Failure[];
  /** hashes of the records of the set that this worker can open */
  readonly opened: ReadonlySet<string>;
}

/** One algorithm after the other: who waits for a command's values goes in between. */
const opening = new Mutex();

/**
 * Finds out which secrets of a delivery this worker can read. Sealed values are opened, unless they were before, and nothing is kept
 * of them; what vaults have is read into the cache, unless it is there.
 */
export const readEach = async (
  deps: ResolveDependencies,
  delivery: AcceptedDelivery,
  openedBefore: ReadonlySet<string>,
): Promise<ReadEach> => {
  const failures: Failure[] = [];
  const opened = new Set<string>();
  const fail = (entry: SetEntry, cause: unknown): void => {
    const { reason } = new VariableFailure(entry, cause);
    failures.push({ secretId: entry.secretId, reason, cause });
  };
  const openAll = async (entries: readonly InternalEntry[]): Promise<void> => {
    for (const [index, entry] of entries.entries()) {
      if (index % openedAtOnce === 0) await othersTurn();
      try {
        await readInternalValue(deps, delivery, entry);
        opened.add(entry.sealedHash);
      } catch (error) {
        fail(entry, error);
      }
    }
  };
  const readPlugin = pluginReader(deps, delivery);
  const keys = new Set<string>();
  const readOne = async (entry: SetEntry): Promise<void> => {
    try {
      const { key, stale } = await readPlugin(entry, { isBackground: true });
      keys.add(key);
      if (stale !== null) fail(entry, stale.cause);
    } catch (error) {
      fail(entry, error);
    }
  };
  const decided = delivery.set.secrets.filter((entry) => entry.deleting !== true);
  for (const entry of delivery.set.secrets) if (entry.deleting === true) fail(entry, stillUndecided());
  const internal = decided.filter(isInternal);
  for (const { sealedHash } of internal) if (openedBefore.has(sealedHash)) opened.add(sealedHash);
  const unopened = internal.filter(({ sealedHash }) => !opened.has(sealedHash));
  const plugins = decided.filter((entry) => !isInternal(entry));
  await Promise.all([opening.runExclusive(() => openAll(unopened)), ...plugins.map(readOne)]);
  // where one cannot be read, the value before it serves
  if (failures.length === 0) deps.cache.keepOnly(delivery.set.algorithmId, keys);
  return { failures, opened };
};
