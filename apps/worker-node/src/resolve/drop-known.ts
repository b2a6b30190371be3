import type { WorkerDeliveryRequest } from '@secret-store/api/schemas';
import type { ResolveDependencies } from './accepting/resolve-dependencies.ts';

type Known = Pick<ResolveDependencies, 'held' | 'cache' | 'times' | 'knownGood' | 'marks'>;

/** The algorithm is gone, or has left the worker's pool: nothing of it serves any more. */
export const dropAlgorithm = async (
  { held, cache, times, knownGood, marks }: Known,
  request: Pick<WorkerDeliveryRequest, 'owner' | 'name'>,
): Promise<void> => {
  held.drop(request);
  const algorithmId = marks.idOf(request);
  if (algorithmId === null) return;
  cache.forgetAlgorithm(algorithmId);
  times.forget(algorithmId);
  await knownGood.remove(algorithmId);
};

/** The worker was revoked or stopped. */
export const dropEverything = async ({ held, cache, times, knownGood }: Known): Promise<void> => {
  held.clear();
  cache.clear();
  for (const id of knownGood.ids) times.forget(id);
  await knownGood.clear();
};
