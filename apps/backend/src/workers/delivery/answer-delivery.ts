import type { WorkerDeliveryAnswer, WorkerDeliveryRequest } from '@secret-store/api';
import { activationHash } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import { newerEpoch } from '../answer-poll.ts';
import type { ReadWorker } from '../authenticate-worker.ts';
import type { WorkerIdentity } from '../authentication/find-member.ts';
import { deliver } from './deliver.ts';
import { deliveredConfigurations } from './delivered-configurations.ts';
import { isNewest, knownSet, type NewestState, readNewestSet, readWorkerAndNewest } from './newest-set.ts';
import { SharedReadings } from './shared-readings.ts';

type Held = NonNullable<WorkerDeliveryRequest['held']>;

/**
 * @returns a function that answers with a delivery, or with word that the worker holds the newest one already. Its `authenticate` tells
 * which worker asks, and may read its row together with something else
 */
export const createAnswerDelivery = (deps: Dependencies) => {
  const readings = new SharedReadings<Awaited<ReturnType<typeof readNewestSet>>>(deps.ledger.memory);
  const send = (worker: Pick<WorkerIdentity, 'poolId'>, request: WorkerDeliveryRequest) =>
    deliver(deps, worker, request, ({ owner, name }) =>
      readings.read(JSON.stringify([owner, name]), () => readNewestSet(deps, { owner, name })),
    );
  return async (
    authenticate: (readWorker?: ReadWorker) => Promise<Pick<WorkerIdentity, 'poolId'>>,
    request: WorkerDeliveryRequest,
  ): Promise<WorkerDeliveryAnswer> => {
    const { held } = request;
    const known = held === undefined ? null : knownSet(deps, request);
    if (held === undefined || known?.hash !== held.set) return send(await authenticate(), request);
    const beside: { newest: NewestState | null } = { newest: null };
    const worker = await authenticate(async (keyId) => {
      const read = await readWorkerAndNewest(deps, keyId, request);
      beside.newest = read.newest;
      return read.worker;
    });
    const isUnchanged =
      beside.newest !== null &&
      isNewest(deps, known, worker.poolId, beside.newest) &&
      (await areActive(deps, known, held.activations));
    if (!isUnchanged) return send(worker, request);
    const { algorithmId } = known.body;
    return { unchanged: { algorithmId, set: known.hash }, epoch: newerEpoch(deps, request.epoch) };
  };
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
