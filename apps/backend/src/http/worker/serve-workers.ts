import { ApiError, WorkerModuleRequest } from '@secret-store/api';
import { fastifyTRPCPlugin, type FastifyTRPCPluginOptions } from '@trpc/server/adapters/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RefusalCounter } from '../../audit/refusal-counter.ts';
import type { Dependencies } from '../../dependencies.ts';
import { authenticateWorker, type WorkerIdentity } from '../../workers/authenticate-worker.ts';
import { deliverModule } from '../../workers/deliver-module.ts';
import { trpcErrorAnswers } from '../errors/trpc-error-answers.ts';
import { workerRouter, type WorkerContext, type WorkerRouter } from './worker-router.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** who signed the request; null outside of what is for workers */
    worker: WorkerIdentity | null;
  }
}

/** The body is the text as it came: a worker's signature covers its bytes. */
const rawBody = (request: FastifyRequest): Uint8Array =>
  Buffer.from(typeof request.body === 'string' ? request.body : '');

const workerOf = ({ worker }: FastifyRequest): WorkerIdentity => {
  if (worker) return worker;
  throw new ApiError('NotAuthenticated', 'The request is not signed by a worker of this store.');
};

/** The way in for workers alone. Every request is signed; keys and sessions of users count for nothing here. */
export const serveWorkers = async (
  app: FastifyInstance,
  { deps, refusals }: { readonly deps: Dependencies; readonly refusals: RefusalCounter },
): Promise<void> => {
  app.addHook('preHandler', async (request) => {
    const { method, url: target, headers } = request;
    request.worker = await authenticateWorker(deps, { method, target, headers, body: rawBody(request) });
    workerOf(request);
  });

  app.get('/api/worker/modules/:sha256', { schema: { hide: true } }, async (request, reply) => {
    const { sha256 } = WorkerModuleRequest.parse(request.params);
    const { bytes, signature } = await deliverModule(deps, sha256);
    if (signature !== null) reply.header('secret-store-module-signature', signature);
    return reply.type('application/octet-stream').send(Buffer.from(bytes));
  });

  const options: FastifyTRPCPluginOptions<WorkerRouter> = {
    prefix: '/api/worker',
    trpcOptions: {
      router: workerRouter,
      createContext: ({ req }): WorkerContext => ({ deps, requestId: req.id, worker: workerOf(req) }),
      ...trpcErrorAnswers(deps.log, refusals),
    },
  };
  await app.register(fastifyTRPCPlugin, options);
};
