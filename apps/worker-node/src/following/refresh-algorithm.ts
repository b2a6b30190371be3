import type { SentDelivery } from '@secret-store/api/schemas';
import { type SetEntry, SealingError } from '@secret-store/sealing';
import { AlgorithmGone, WorkerNotAccepted } from '../errors/resolve-failure.ts';
import type { AcceptedDelivery } from '../resolve/accepting/accept-delivery.ts';
import { acceptSent } from '../resolve/accepting/accept-sent.ts';
import { acceptNewest } from '../resolve/accepting/decided-delivery.ts';
import { dropAlgorithm, dropEverything } from '../resolve/drop-known.ts';
import { keepKnownGood } from '../resolve/keep-known-good.ts';
import type { ResolveDependencies } from '../resolve/accepting/resolve-dependencies.ts';
import { loadKept } from '../resolve/resolve-kept.ts';
import { readEach } from './read-each.ts';
import type { Refresh } from './refreshes.ts';

export interface FollowedAlgorithm {
  readonly algorithmId: string;
  readonly owner: string;
  readonly name: string;
}

/** What the last refresh of an algorithm found. */
export interface Seen {
  readonly setHash: string;
  /** secret and version, by variable, of what could be read */
  readonly readable: ReadonlyMap<string, string>;
  readonly failures: Refresh['failures'];
  readonly opened: ReadonlySet<string>;
}

export interface Refreshed {
  readonly refresh: Refresh;
  /** null where the algorithm is gone */
  readonly seen: Seen | null;
  /** Writes it for an outage: a command need not wait for that. Never throws. */
  readonly keep: () => Promise<void>;
}

/**
 * Brings what this worker has of an algorithm up to date, so that a command can start with it at once, and also while the backend or a
 * vault is down.
 * @throws {ResolveFailure} where the backend gives no answer, or one that is not genuine
 */
export const refreshAlgorithm = async (
  deps: ResolveDependencies,
  algorithm: FollowedAlgorithm,
  { before, sent }: { readonly before: Seen | null; readonly sent: SentDelivery | null },
): Promise<Refreshed> => {
  const { owner, name } = algorithm;
  const request = { owner, name };
  try {
    if (deps.held.find(request) === null) await loadKept(deps, request);
    const delivery = (sent && (await acceptSent(deps, request, sent))) ?? (await acceptNewest(deps, request));
    const { failures, opened } = await readEach(deps, delivery, before?.opened ?? new Set());
    const isDamaged = failures.some(({ cause }) => cause instanceof SealingError);
    // one that is not whole is sent again
    if (isDamaged) deps.held.drop(request);
    else deps.held.keep(request, delivery);
    const told = failures.map(({ secretId, reason }) => ({ secretId, reason }));
    const readable = readableIn(delivery, told);
    const refresh: Refresh = {
      ...{ algorithmId: delivery.set.algorithmId, owner, name },
      set: { number: delivery.set.number, hash: delivery.setHash },
      changed: changedBetween(before?.readable ?? new Map(), readable),
      failures: told,
    };
    const seen = { setHash: delivery.setHash, readable, failures: told, opened };
    return { refresh, seen, keep: () => keepKnownGood(deps, delivery) };
  } catch (error) {
    if (error instanceof WorkerNotAccepted) await dropEverything(deps);
    if (!(error instanceof AlgorithmGone)) throw error;
    await dropAlgorithm(deps, request);
    return { refresh: goneRefresh(algorithm, before), seen: null, keep: async () => undefined };
  }
};

export const goneRefresh = ({ algorithmId, owner, name }: FollowedAlgorithm, before: Seen | null): Refresh => ({
  ...{ algorithmId, owner, name, set: null, failures: [] },
  changed: [...(before?.readable.keys() ?? [])],
});

const readableIn = ({ set }: AcceptedDelivery, failures: Refresh['failures']): ReadonlyMap<string, string> => {
  const failed = new Set(failures.map(({ secretId }) => secretId));
  const readable = set.secrets.filter(({ secretId }) => !failed.has(secretId));
  return new Map(readable.map((entry) => [entry.environmentVariable, versionOf(entry)]));
};

const versionOf = ({ secretId, version }: SetEntry): string => `${secretId}/${version}`;

const changedBetween = (before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] => {
  const came = [...now].filter(([variable, version]) => before.get(variable) !== version);
  const went = [...before.keys()].filter((variable) => !now.has(variable));
  return [...came.map(([variable]) => variable), ...went];
};
