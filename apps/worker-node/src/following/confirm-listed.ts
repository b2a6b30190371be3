import type { ListedAlgorithm } from '@secret-store/api/schemas';
import type { ResolveDependencies } from '../resolve/accepting/resolve-dependencies.ts';

/**
 * Whether what this worker holds of an algorithm is what the backend listed as the newest: then that counts as an answer, and nothing
 * more is asked. Not where plugins are in it, whose configuration may have changed.
 * @param moment when the list was asked for
 */
export const confirmListed = (
  { held, vouched, times }: ResolveDependencies,
  listed: ListedAlgorithm,
  moment: number,
): boolean => {
  const delivery = held.find(listed);
  if (delivery?.setHash !== listed.hash || Object.keys(delivery.unverified.providers).length > 0) return false;
  times.confirm(listed.algorithmId, vouched.vouch(delivery, moment));
  return true;
};
