import { setTimeout as delay } from 'node:timers/promises';
import type { WorkerDeliveryRequest } from '@secret-store/api/schemas';
import { exitCode } from '../../errors/exit-code.ts';
import { isOlder, ResolveFailure } from '../../errors/resolve-failure.ts';
import { acceptDelivery, type AcceptedDelivery } from './accept-delivery.ts';
import type { ResolveDependencies } from './resolve-dependencies.ts';
import { VariableFailure } from './variable-failure.ts';

/** As long as a call to a vault may take. */
const patienceMilliseconds = 10_000;
const pauseMilliseconds = 250;

/** A set on its way on the stream is here sooner than an answer. A refresh does not wait: it is what the others wait for. */
const whatIsComing = async ({ held, vouched }: ResolveDependencies, request: WorkerDeliveryRequest): Promise<void> => {
  const found = held.find(request);
  if (found !== null) await vouched.coming(found.set.algorithmId);
};

/**
 * The algorithm's set once no deletion in it is under way: until the vault has answered, nobody knows whether the algorithm
 * has the variable, and it must not start without a secret that exists.
 * @throws {VariableFailure} that names the variable when it stays undecided
 */
export const decidedDelivery = async (
  deps: ResolveDependencies,
  request: WorkerDeliveryRequest,
): Promise<AcceptedDelivery> => {
  const { now = () => performance.now(), pause = delay } = deps;
  const begun = now();
  for (;;) {
    await whatIsComing(deps, request);
    const delivery = await acceptNewest(deps, request);
    const undecided = delivery.set.secrets.find(({ deleting }) => deleting === true);
    if (undecided === undefined) return delivery;
    if (now() - begun >= patienceMilliseconds) throw new VariableFailure(undecided, stillUndecided());
    await pause(pauseMilliseconds);
  }
};

/** @throws {VariableFailure} where a deletion in it is not decided: nobody can be asked now */
export const refuseUndecided = ({ set }: AcceptedDelivery): void => {
  const undecided = set.secrets.find(({ deleting }) => deleting === true);
  if (undecided !== undefined) throw new VariableFailure(undecided, stillUndecided());
};

export const stillUndecided = () =>
  new ResolveFailure(
    exitCode.unavailable,
    'its deletion has begun and is not decided, as the vault has not answered: try again when the vault does, ' +
      'or delete it with ?leave=true, which does not ask the vault',
  );

/** If a newer answer to another request overtook this one, the next answer is the newer one. */
export const acceptNewest = async (
  deps: ResolveDependencies,
  request: WorkerDeliveryRequest,
): Promise<AcceptedDelivery> => {
  try {
    return await acceptDelivery(deps, request);
  } catch (error) {
    if (!isOlder(error)) throw error;
    return acceptDelivery(deps, request);
  }
};
