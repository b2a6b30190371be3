import { ApiError, type WorkerDelivery, type WorkerDeliveryRequest } from '@secret-store/api';
import { envelopeSchema } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { SetCache } from '../../sets/set-cache.ts';
import { readCommitted, verifiedSet } from '../../sets/verified-set.ts';
import { newerEpoch } from '../answer-poll.ts';
import type { WorkerIdentity } from '../authentication/find-member.ts';
import { deliveredConfigurations, tellDoubtful } from './delivered-configurations.ts';
import { runsIn } from '../pools/pools-of.ts';
import { claimant, type NewestSet, readNewestSet } from './newest-set.ts';
import { readRecords } from './sealed-records.ts';

/** Another write can come between reading the set and looking it up. */
const triesMaximum = 10;

type Worker = Pick<WorkerIdentity, 'poolId'>;

type Read = (request: WorkerDeliveryRequest) => ReturnType<typeof readNewestSet>;

/**
 * Everything that the worker needs for one algorithm, and what it must know of a restore before.
 * @param read the newest set in the database; by a statement of its own when left out
 */
export const deliver = async (
  deps: Dependencies,
  worker: Worker,
  request: WorkerDeliveryRequest,
  read: Read = (wanted) => readNewestSet(deps, wanted),
): Promise<WorkerDelivery> => ({
  ...(await findDelivery(deps, worker, request, read)),
  epoch: newerEpoch(deps, request.epoch),
});

const findDelivery = async (
  deps: Dependencies,
  worker: Worker,
  request: WorkerDeliveryRequest,
  read: Read,
): Promise<WorkerDelivery> => {
  for (let tries = 0; tries < triesMaximum; tries += 1) {
    const found = await read(request);
    if (found === 'learned') continue;
    if (found === 'none') throw noSuchAlgorithm(request);
    if (found !== 'other') {
      const { delivery, doubtful } = await deliveryOf(deps, worker, found);
      if (doubtful.length === 0) return delivery;
    }
    await deps.ledger.chain.read();
  }
  return deliverTroubled(deps, worker, request);
};

/** Rows were changed outside the store: says which, and delivers what is genuine. */
const deliverTroubled = async (
  deps: Dependencies,
  worker: Worker,
  request: WorkerDeliveryRequest,
): Promise<WorkerDelivery> => {
  const algorithm = await genuineAlgorithm(deps, request);
  // the row itself is what is asked about, whatever was verified before
  const set = await verifiedSet({ ...deps, sets: new SetCache() }, readCommitted(deps), algorithm.id);
  if (set === null) throw noSuchAlgorithm(request);
  const records = await readRecords(deps, set.body.secrets);
  const { delivery, doubtful } = await deliveryOf(deps, worker, { algorithm, set, records });
  await tellDoubtful(deps, doubtful);
  return delivery;
};

const deliveryOf = async (
  deps: Dependencies,
  worker: Worker,
  { algorithm, set, records }: NewestSet,
): Promise<{ readonly delivery: WorkerDelivery; readonly doubtful: readonly string[] }> => {
  requirePool(algorithm, worker);
  const { providers, doubtful } = await deliveredConfigurations(deps, set.body);
  const internal = set.body.secrets.filter((entry) => entry.sealedHash !== null);
  const delivery = {
    backendCertificate: deps.keys.certificate,
    set: envelopeSchema.parse(set.envelope),
    sealedValues: Object.fromEntries(internal.map((entry) => [entry.secretId, records[entry.providerKey]])),
    providers,
  };
  return { delivery, doubtful };
};

const requirePool = (algorithm: Rows['algorithm'], worker: Worker): void => {
  if (runsIn(algorithm, worker.poolId)) return;
  throw new ApiError(
    'NotAuthorized',
    'This algorithm does not run in the pool of this worker. Ask a worker of its pool.',
  );
};

const genuineAlgorithm = async (deps: Dependencies, request: WorkerDeliveryRequest): Promise<Rows['algorithm']> => {
  const { owner, name } = request;
  const row = await deps.db.prisma.algorithm.findUnique({ where: { owner_name: { owner, name } } });
  const id = row?.id ?? claimant(deps, request);
  const algorithm = id === null ? null : await deps.ledger.read('algorithm', id);
  if (algorithm === null) throw noSuchAlgorithm(request);
  return algorithm;
};

const noSuchAlgorithm = ({ owner, name }: WorkerDeliveryRequest) =>
  new ApiError('AlgorithmNotFound', `There is no algorithm ${owner}/${name}. Check the name.`);
