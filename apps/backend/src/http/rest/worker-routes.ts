import { ExposedSecretPage, id, paging, PoolInfo, PoolList, PoolRequest, WorkerList } from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import { createPool } from '../../workers/admin/create-pool.ts';
import { whatWorkerCouldOpen } from '../../workers/admin/exposed-secrets.ts';
import { listPools } from '../../workers/admin/list-pools.ts';
import { listWorkers, showWorker } from '../../workers/admin/list-workers.ts';
import { revokeWorker } from '../../workers/admin/revoke-worker.ts';
import { signedIn } from '../authenticate.ts';
import { answers } from '../openapi.ts';
import { bodyOf } from './input/body.ts';
import { toldFirst } from './input/told-first.ts';
import { forPermission, type RestInstance, security } from './input/route.ts';

const params = z.object({ workerId: id });
const workers = '/v1/admin/workers';
const pools = '/v1/admin/pools';

/** Workers and pools as an administrator manages them. */
export const workerRoutes = (app: RestInstance, deps: Dependencies): void => {
  const described = (summary: string) => ({ tags: ['workers'], summary, ...security });
  const reads = forPermission('workers.read');
  const manages = forPermission('workers.manage');

  app.get(
    workers,
    { ...reads, schema: { ...described('List, the oldest first'), response: answers({ 200: WorkerList }) } },
    async (request) => ({ results: await listWorkers(deps, signedIn(request)) }),
  );
  app.post(
    `${workers}/:workerId/revoke`,
    {
      ...manages,
      ...toldFirst(params, (actor, { workerId }) => showWorker(deps, actor, workerId)),
      schema: {
        ...described('Revoke. It acts on the next request of the worker; its pool gets another key afterwards'),
        params,
        response: answers({ 204: z.null() }),
      },
    },
    async (request, reply) => {
      await revokeWorker(deps, signedIn(request), request.params.workerId);
      return reply.code(204).send(null);
    },
  );
  app.get(
    `${workers}/:workerId/exposed`,
    {
      ...reads,
      schema: {
        ...described(
          'List the secrets whose value the worker could have read, and that have no other value since it was revoked',
        ),
        params,
        querystring: z.strictObject(paging),
        response: answers({ 200: ExposedSecretPage }),
      },
    },
    (request) => whatWorkerCouldOpen(deps, signedIn(request), request.params.workerId, request.query),
  );
  app.get(
    pools,
    { ...reads, schema: { ...described('List the pools, the oldest first'), response: answers({ 200: PoolList }) } },
    async (request) => ({ results: await listPools(deps, signedIn(request)) }),
  );
  app.post(
    pools,
    {
      ...manages,
      schema: {
        ...described('Create a pool. It runs nothing before its first worker has joined'),
        body: bodyOf(PoolRequest, PoolInfo),
        response: answers({ 200: PoolInfo }, 409),
      },
    },
    (request) => createPool(deps, signedIn(request), request.body),
  );
};
