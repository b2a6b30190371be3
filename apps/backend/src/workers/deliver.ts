import { ApiError, type WorkerDelivery, type WorkerDeliveryRequest } from '@secret-store/api';
import type { SetBody } from '@secret-store/sealing';
import type { PoolClient } from 'pg';
import type { Dependencies } from '../dependencies.ts';
import { genuineSet } from '../sets/verified-set.ts';
import { SetIntegrityError } from '../sets/set-integrity-error.ts';
import type { WorkerIdentity } from './authenticate-worker.ts';

type ProviderDelivery = WorkerDelivery['providers'][string];

/** Everything that the worker needs for one algorithm, as of one moment. */
export const deliver = async (
  deps: Dependencies,
  worker: Pick<WorkerIdentity, 'poolId'>,
  request: WorkerDeliveryRequest,
): Promise<WorkerDelivery> => {
  const client = await deps.db.pool.connect();
  let failure: Error | undefined;
  try {
    // one snapshot: a write between two of the statements would give a set without its values
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const delivery = await readDelivery(deps, client, worker, request);
    await client.query('COMMIT');
    return delivery;
  } catch (error) {
    failure = error instanceof Error ? error : new Error('the read failed');
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release(failure instanceof ApiError ? undefined : failure);
  }
};

const readDelivery = async (
  deps: Dependencies,
  client: PoolClient,
  worker: Pick<WorkerIdentity, 'poolId'>,
  request: WorkerDeliveryRequest,
): Promise<WorkerDelivery> => {
  const { id, poolId, envelope } = await readAlgorithm(client, request);
  if (poolId !== worker.poolId) {
    throw new ApiError(
      'NotAuthorized',
      'This algorithm does not run in the pool of this worker. Ask a worker of its pool.',
    );
  }
  const set = deliverableSet(deps, id, envelope);
  return {
    backendCertificate: deps.keys.certificate,
    set: envelope,
    sealedValues: await readSealedValues(client, set),
    providers: await readConfigurations(client, set),
  };
};

interface AlgorithmRead {
  readonly id: string;
  readonly poolId: string;
  /** an envelope, when nobody has changed the row: it is verified before anything is read from it */
  readonly envelope: WorkerDelivery['set'];
}

const readAlgorithm = async (client: PoolClient, request: WorkerDeliveryRequest): Promise<AlgorithmRead> => {
  const { rows } = await client.query<AlgorithmRead>({
    name: 'delivery-algorithm',
    text: `SELECT algorithm.id, algorithm."poolId", signed_set.envelope
           FROM algorithm LEFT JOIN signed_set ON signed_set."algorithmId" = algorithm.id
           WHERE algorithm.owner = $1 AND algorithm.name = $2
           ORDER BY signed_set.number DESC NULLS LAST LIMIT 1`,
    values: [request.owner, request.name],
  });
  if (rows[0] !== undefined) return rows[0];
  throw new ApiError('AlgorithmNotFound', `There is no algorithm ${request.owner}/${request.name}. Check the name.`);
};

const deliverableSet = (deps: Dependencies, algorithmId: string, envelope: unknown): SetBody => {
  try {
    return genuineSet(deps, algorithmId, envelope);
  } catch (error) {
    if (!(error instanceof SetIntegrityError)) throw error;
    deps.log.error({ algorithmId, problem: error.problem }, 'a signed set is not genuine');
    throw new ApiError(
      'InternalServerError',
      `The signed set of algorithm ${algorithmId} does not verify. Restore the database from a backup.`,
      {
        cause: error,
      },
    );
  }
};

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

const readConfigurations = async (client: PoolClient, set: SetBody): Promise<Record<string, ProviderDelivery>> => {
  const plugins = [
    ...new Set(set.secrets.filter((entry) => entry.sealedHash === null).map((entry) => entry.providerId)),
  ];
  if (plugins.length === 0) return {};
  const { rows } = await client.query<{ providerId: string } & ProviderDelivery>({
    name: 'delivery-configurations',
    text: `SELECT provider.id AS "providerId", provider.activation, active.sealed AS "sealedConfiguration",
             active."sealedForWorkers" AS "sealedWorkerConfiguration"
           FROM provider JOIN provider_version AS active ON active."providerId" = provider.id AND active.number = provider."activeNumber"
           WHERE provider.id = ANY($1::uuid[]) AND provider.activation IS NOT NULL AND active.sealed IS NOT NULL`,
    values: [plugins],
  });
  return Object.fromEntries(rows.map(({ providerId, ...delivery }) => [providerId, delivery]));
};
