import type { WorkerDeliveryRequest } from '@secret-store/api/schemas';
import { SecretNotFoundError } from '@secret-store/provider-sdk';
import { isOlder, WorkerNotAccepted } from '../errors/resolve-failure.ts';
import type { AcceptedDelivery } from './accept-delivery.ts';
import { decidedDelivery } from './decided-delivery.ts';
import { readEnvironment } from './read-environment.ts';
import type { ResolveDependencies } from './resolve-dependencies.ts';
import { VariableFailure } from './variable-failure.ts';

/** A store that is written to all the time must not keep a caller waiting for ever. */
const attemptsMaximum = 3;

/** An algorithm's variables, all of one signed set. */
export interface ResolvedAlgorithm {
  readonly algorithmId: string;
  /** of the set */
  readonly number: number;
  readonly environment: Readonly<Record<string, string>>;
  /** of each secret, by its variable */
  readonly versions: Readonly<Record<string, number>>;
  /** how old the oldest last-known-good in it is; null: everything is current */
  readonly staleSeconds: number | null;
}

/**
 * An algorithm's complete environment, or an error that names the first variable that could not be read.
 * @throws {ResolveFailure}
 */
export const resolveEnvironment = async (
  deps: ResolveDependencies,
  request: WorkerDeliveryRequest,
): Promise<ResolvedAlgorithm> => {
  try {
    const { delivery, environment } = await readNewest(deps, request);
    // only what was good for everything in it: nothing else may stand in for an answer of the backend
    deps.held.keep(request, delivery);
    const { algorithmId, number, secrets } = delivery.set;
    const versions = Object.fromEntries(secrets.map((entry) => [entry.environmentVariable, entry.version]));
    return { algorithmId, number, environment, versions, staleSeconds: null };
  } catch (error) {
    deps.held.drop(request);
    if (error instanceof WorkerNotAccepted) {
      deps.held.clear();
      deps.cache.clear();
    }
    throw error;
  }
};

const readNewest = async (
  deps: ResolveDependencies,
  request: WorkerDeliveryRequest,
): Promise<{ readonly delivery: AcceptedDelivery; readonly environment: Record<string, string> }> => {
  let delivery = await decidedDelivery(deps, request);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { delivery, environment: await readEnvironment(deps, delivery) };
    } catch (error) {
      if (attempt === attemptsMaximum || !(isOlder(error) || isNotFound(error))) throw error;
      deps.vouched.doubt(delivery);
      const next = await decidedDelivery(deps, request);
      // not there, although it should be: only a set that was written meanwhile can say otherwise
      if (isNotFound(error) && next.set.number === delivery.set.number) throw error;
      delivery = next;
    }
  }
};

/** The vault does not have it: perhaps it was removed after the delivery was made. */
const isNotFound = (error: unknown): boolean =>
  error instanceof VariableFailure && error.cause instanceof SecretNotFoundError;
