import type { AcceptedDelivery } from './accepting/accept-delivery.ts';
import type { ResolveDependencies } from './accepting/resolve-dependencies.ts';

/** How much older the times on disk may be than those in memory: by so much less a value serves after a restart. */
const lagMilliseconds = 600_000;

interface Kept {
  /** of the values of plugins */
  readonly revision: number;
  readonly at: number;
}

/** What was written last of a delivery. */
const kept = new WeakMap<AcceptedDelivery, Kept>();

/** Writes what the worker has of the algorithm, where it is not on disk like this. Never throws. */
export const keepKnownGood = async (
  { knownGood, cache, times }: Pick<ResolveDependencies, 'knownGood' | 'cache' | 'times'>,
  delivery: AcceptedDelivery,
): Promise<void> => {
  const { set, setHash, unverified } = delivery;
  const { algorithmId } = set;
  const revision = cache.revision(algorithmId);
  const before = kept.get(delivery);
  const hasPlugins = set.secrets.some(({ sealedHash }) => sealedHash === null);
  const isRecent = !hasPlugins || cache.now() - (before?.at ?? 0) < lagMilliseconds;
  if (before?.revision === revision && isRecent && knownGood.has(algorithmId)) return;
  kept.set(delivery, { revision, at: cache.now() });
  await knownGood.keep(algorithmId, setHash, () => ({
    confirmedAt: times.at(algorithmId),
    delivery: unverified,
    values: cache.kept(algorithmId),
  }));
};
