import { ApiError, type WorkerDelivery, type WorkerDeliveryRequest } from '@secret-store/api';
import { envelopeSchema, type SetBody } from '@secret-store/sealing';
import type { PoolClient } from 'pg';
import type { Dependencies } from '../dependencies.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { selection } from '../rows/row-statements.ts';
import { SetCache, type VerifiedSet } from '../sets/set-cache.ts';
import { newestSet, readCommitted, verifiedSet } from '../sets/verified-set.ts';
import { newerEpoch } from './answer-poll.ts';
import type { WorkerIdentity } from './authenticate-worker.ts';
import { deliveredConfigurations, tellDoubtful } from './delivered-configurations.ts';

/** Another write can come between reading the set and looking it up. */
const triesMaximum = 10;

/** Everything that the worker needs for one algorithm, as of one moment, and what it must know of a restore before. */
export const deliver: typeof findDelivery = async (deps, worker, request) => ({
  ...(await findDelivery(deps, worker, request)),
  epoch: newerEpoch(deps, request.epoch),
});

const findDelivery = async (
  deps: Dependencies,
  worker: Pick<WorkerIdentity, 'poolId'>,
  request: WorkerDeliveryRequest,
): Promise<WorkerDelivery> => {
  for (let tries = 0; tries < triesMaximum; tries += 1) {
    const delivery = await inSnapshot(deps, (client) => readDelivery(deps, client, worker, request));
    if (delivery !== null) return delivery;
    await deps.ledger.chain.read();
  }
  // somebody wrote the rows: this says which
  const algorithm = await genuineAlgorithm(deps, request);
  // the row itself is what is asked about, whatever was verified before
  const set = await verifiedSet({ ...deps, sets: new SetCache() }, readCommitted(deps), algorithm.id);
  if (set === null) throw noSuchAlgorithm(request);
  const { delivery, doubtful } = await inSnapshot(deps, (client) => deliveryOf(deps, client, worker, algorithm, set));
  await tellDoubtful(deps, doubtful);
  return delivery;
};

/** A write between two of the statements would give a set without its values. */
const inSnapshot = async <T>({ db }: Dependencies, read: (client: PoolClient) => Promise<T>): Promise<T> => {
  const client = await db.pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const result = await read(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    failure = error instanceof Error ? error : new Error('the read failed');
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release(failure instanceof ApiError ? undefined : failure);
  }
};

/** Null where the row memory says something else than what was read: it may be newer. */
const readDelivery = async (
  deps: Dependencies,
  client: PoolClient,
  worker: Pick<WorkerIdentity, 'poolId'>,
  request: WorkerDeliveryRequest,
): Promise<WorkerDelivery | null> => {
  const { rows } = await client.query<Rows['algorithm'] & { setNumber: number | null; envelope: unknown }>({
    name: 'delivery-algorithm',
    text: `SELECT ${selection('algorithm')}, signed_set.number AS "setNumber", signed_set.envelope
           FROM algorithm LEFT JOIN signed_set ON signed_set."algorithmId" = algorithm.id
           WHERE algorithm.owner = $1 AND algorithm.name = $2
           ORDER BY signed_set.number DESC NULLS LAST LIMIT 1`,
    values: [request.owner, request.name],
  });
  const [row] = rows;
  if (row === undefined) {
    const isKnown = deps.ledger.memory.claimant('algorithm', `name:${request.owner}/${request.name}`) !== null;
    if (isKnown) return null;
    throw noSuchAlgorithm(request);
  }
  const { setNumber, envelope, ...algorithm } = row;
  if (setNumber === null || !deps.ledger.isGenuine('algorithm', algorithm)) return null;
  const set = newestSet(deps, algorithm.id, { number: setNumber, envelope });
  if (set === null) return null;
  const { delivery, doubtful } = await deliveryOf(deps, client, worker, algorithm, set);
  return doubtful.length === 0 ? delivery : null;
};

const deliveryOf = async (
  deps: Dependencies,
  client: PoolClient,
  worker: Pick<WorkerIdentity, 'poolId'>,
  { poolId }: Pick<Rows['algorithm'], 'poolId'>,
  { body, envelope }: VerifiedSet,
): Promise<{ readonly delivery: WorkerDelivery; readonly doubtful: readonly string[] }> => {
  if (poolId !== worker.poolId) {
    throw new ApiError(
      'NotAuthorized',
      'This algorithm does not run in the pool of this worker. Ask a worker of its pool.',
    );
  }
  const { providers, doubtful } = await deliveredConfigurations(deps, client, body);
  const delivery = {
    backendCertificate: deps.keys.certificate,
    set: envelopeSchema.parse(envelope),
    sealedValues: await readSealedValues(client, body),
    providers,
  };
  return { delivery, doubtful };
};

const genuineAlgorithm = async ({ db, ledger }: Dependencies, request: WorkerDeliveryRequest) => {
  const { owner, name } = request;
  const row = await db.prisma.algorithm.findUnique({ where: { owner_name: { owner, name } } });
  const id = row?.id ?? ledger.memory.claimant('algorithm', `name:${owner}/${name}`);
  const algorithm = id === null ? null : await ledger.read('algorithm', id);
  if (algorithm === null) throw noSuchAlgorithm(request);
  return algorithm;
};

const noSuchAlgorithm = ({ owner, name }: WorkerDeliveryRequest) =>
  new ApiError('AlgorithmNotFound', `There is no algorithm ${owner}/${name}. Check the name.`);

const readSealedValues = async (client: PoolClient, set: SetBody): Promise<WorkerDelivery['sealedValues']> => {
  const internal = set.secrets.filter((entry) => entry.sealedHash !== null);
  if (internal.length === 0) return {};
  const { rows } = await client.query<{ providerKey: string; record: unknown }>({
    name: 'delivery-sealed-values',
    text: `SELECT value."providerKey", value.record FROM internal_sealed_value AS value
           JOIN unnest($1::text[], $2::int[]) AS wanted (key, version)
             ON value."providerKey" = wanted.key AND value.version = wanted.version`,
    values: [internal.map((entry) => entry.providerKey), internal.map((entry) => entry.version)],
  });
  const records = new Map(rows.map((row) => [row.providerKey, row.record]));
  return Object.fromEntries(internal.map((entry) => [entry.secretId, records.get(entry.providerKey)]));
};
