import type { WorkerDeliveryRequest } from '@secret-store/api/schemas';
import { SecretNotFoundError } from '@secret-store/provider-sdk';
import { AlgorithmGone, BackendAway, isOlder, WorkerNotAccepted } from '../errors/resolve-failure.ts';
import type { AcceptedDelivery } from './accepting/accept-delivery.ts';
import { decidedDelivery } from './accepting/decided-delivery.ts';
import { dropAlgorithm, dropEverything } from './drop-known.ts';
import { keepKnownGood } from './keep-known-good.ts';
import { readEnvironment, type ReadEnvironment } from './read-environment.ts';
import type { ResolveDependencies } from './accepting/resolve-dependencies.ts';
import { resolveKept } from './resolve-kept.ts';
import { VariableFailure } from './accepting/variable-failure.ts';
import { askAgain } from '../waiting/ask-again.ts';

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
 * An algorithm's complete environment, or an error that names the first variable that could not be read. While the backend or a vault
 * cannot be asked, what was known last serves within its limit.
 * @throws {ResolveFailure}
 */
export const resolveEnvironment = async (
  deps: ResolveDependencies,
  request: WorkerDeliveryRequest,
): Promise<ResolvedAlgorithm> => {
  try {
    const { delivery, read } = await askAgain(() => readNewest(deps, request), isNotSealedYet, deps);
    // only what was good for everything in it: nothing else may stand in for an answer of the backend
    deps.held.keep(request, delivery);
    void keepKnownGood(deps, delivery);
    return resolved(delivery, read, null);
  } catch (error) {
    if (error instanceof BackendAway) {
      const { delivery, read, age } = await resolveKept(deps, request, error);
      return resolved(delivery, read, age);
    }
    await dropWhatIsOver(deps, request, error);
    throw error;
  }
};

/** @param age of the delivery where it was kept, in milliseconds */
const resolved = (
  { set: { algorithmId, number } }: AcceptedDelivery,
  { environment, versions, age: ofValues }: ReadEnvironment,
  age: number | null,
): ResolvedAlgorithm => {
  const oldest = Math.max(age ?? -1, ofValues ?? -1);
  return { algorithmId, number, environment, versions, staleSeconds: oldest < 0 ? null : Math.floor(oldest / 1000) };
};

const dropWhatIsOver = async (deps: ResolveDependencies, request: WorkerDeliveryRequest, error: unknown) => {
  deps.held.drop(request);
  if (error instanceof WorkerNotAccepted) await dropEverything(deps);
  else if (error instanceof AlgorithmGone) await dropAlgorithm(deps, request);
};

const readNewest = async (
  deps: ResolveDependencies,
  request: WorkerDeliveryRequest,
): Promise<{ readonly delivery: AcceptedDelivery; readonly read: ReadEnvironment }> => {
  let delivery = await decidedDelivery(deps, request);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { delivery, read: await readEnvironment(deps, delivery) };
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

/** The algorithm or a secret came to this worker's pool just now: a worker that can open the value seals it for this pool. */
const isNotSealedYet = (error: unknown): boolean => error instanceof VariableFailure && error.reason === 'not-sealed';

/** The vault does not have it: perhaps it was removed after the delivery was made. */
const isNotFound = (error: unknown): boolean =>
  error instanceof VariableFailure && error.cause instanceof SecretNotFoundError;
