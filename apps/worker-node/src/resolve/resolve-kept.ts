import type { WorkerDeliveryRequest } from '@secret-store/api/schemas';
import { SealingError } from '@secret-store/sealing';
import { type BackendAway, ResolveFailure } from '../errors/resolve-failure.ts';
import { signedStaleSeconds } from './accepting/accept-configuration.ts';
import { acceptKept, type AcceptedDelivery } from './accepting/accept-delivery.ts';
import { readEnvironment, type ReadEnvironment } from './read-environment.ts';
import { refuseUndecided } from './accepting/decided-delivery.ts';
import type { ResolveDependencies } from './accepting/resolve-dependencies.ts';
import { requireUsable, staleSecondsOf } from './stale-limit.ts';
import { VariableFailure } from './accepting/variable-failure.ts';

export interface ResolvedKept {
  readonly delivery: AcceptedDelivery;
  readonly read: ReadEnvironment;
  /** since it was last known to be the newest, in milliseconds */
  readonly age: number;
}

/**
 * What this worker last had of an algorithm, while the backend gives no answer.
 * @throws {BackendAway} the given one, where there is nothing @throws {VariableFailure} that names a variable whose limit is over
 */
export const resolveKept = async (
  deps: ResolveDependencies,
  request: WorkerDeliveryRequest,
  away: BackendAway,
): Promise<ResolvedKept> => {
  const delivery = deps.held.find(request) ?? (await loadKept(deps, request));
  if (delivery === null) throw away;
  refuseUndecided(delivery);
  const age = deps.cache.now() - deps.times.at(delivery.set.algorithmId);
  for (const entry of delivery.set.secrets) {
    try {
      requireUsable(age, staleSecondsOf(entry, signedStaleSeconds(delivery, entry.providerId)), away);
    } catch (error) {
      throw new VariableFailure(entry, error);
    }
  }
  return { delivery, read: await readEnvironment(deps, delivery, true), age };
};

/** What was kept on disk of an algorithm, where it may still serve. */
export const loadKept = async (
  deps: ResolveDependencies,
  request: WorkerDeliveryRequest,
): Promise<AcceptedDelivery | null> => {
  const algorithmId = deps.marks.idOf(request);
  const kept = algorithmId === null ? null : await deps.knownGood.read(algorithmId);
  if (kept === null || algorithmId === null) return null;
  try {
    const delivery = await acceptKept(deps, request, kept.delivery);
    if (delivery.setHash !== kept.setHash || delivery.set.algorithmId !== algorithmId) return null;
    deps.times.raise(algorithmId, kept.confirmedAt);
    deps.cache.restore(algorithmId, kept.values);
    deps.held.keep(request, delivery);
    return delivery;
  } catch (error) {
    if (!(error instanceof ResolveFailure || error instanceof SealingError)) throw error;
    deps.log.warn({ algorithmId, reason: error.message }, 'what was kept of an algorithm is not used');
    return null;
  }
};
