import type { WorkerDeliveryAnswer, WorkerDeliveryRequest } from '@secret-store/api';
import { activationHash } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import { newerEpoch } from '../answer-poll.ts';
import type { WorkerIdentity } from '../authenticate-worker.ts';
import { deliver } from './deliver.ts';
import { deliveredConfigurations } from './delivered-configurations.ts';
import { isNewest, knownSet } from './newest-set.ts';

type Held = NonNullable<WorkerDeliveryRequest['held']>;

/** A delivery, or word that the worker holds the newest one already. */
export const answerDelivery = async (
  deps: Dependencies,
  worker: Pick<WorkerIdentity, 'poolId'>,
  request: WorkerDeliveryRequest,
): Promise<WorkerDeliveryAnswer> => {
  const { held } = request;
  const known = held === undefined ? null : knownSet(deps, request);
  const isUnchanged =
    known !== null &&
    held !== undefined &&
    known.hash === held.set &&
    (await isNewest(deps, known, worker.poolId)) &&
    (await areActive(deps, known, held.activations));
  if (!isUnchanged) return deliver(deps, worker, request);
  const { algorithmId } = known.body;
  return { unchanged: { algorithmId, set: known.hash }, epoch: newerEpoch(deps, request.epoch) };
};

/** Whether the worker holds exactly the activations of the plugins that the set names. */
const areActive = async (
  deps: Dependencies,
  { body }: NonNullable<ReturnType<typeof knownSet>>,
  activations: Held['activations'],
): Promise<boolean> => {
  const { providers, doubtful } = await deliveredConfigurations(deps, body);
  const active = Object.entries(providers);
  return (
    doubtful.length === 0 &&
    active.length === Object.keys(activations).length &&
    active.every(
      ([id, { activation }]) => Object.hasOwn(activations, id) && activations[id] === activationHash(activation),
    )
  );
};
