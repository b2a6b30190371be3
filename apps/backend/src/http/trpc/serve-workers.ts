import { fastifyTRPCPlugin, type FastifyTRPCPluginOptions } from '@trpc/server/adapters/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Dependencies } from '../../dependencies.ts';
import { authenticateWorker } from '../../workers/authenticate-worker.ts';
import { errorAnswers } from './error-answers.ts';
import { type WorkerContext, type WorkerRouter, workerRouter } from './worker-router.ts';

/** The body is the text as it came: a worker's signature covers its bytes. */
const rawBody = (request: FastifyRequest): Uint8Array => Buffer.from(typeof request.body === 'string' ? request.body : '');

export const serveWorkers = async (app: FastifyInstance, { deps }: { readonly deps: Dependencies }): Promise<void> => {
  const createContext = async ({ req }: { req: FastifyRequest }): Promise<WorkerContext> => ({
    deps,
    requestId: req.id,
    worker: await authenticateWorker(deps, { method: req.method, target: req.url, headers: req.headers, body: rawBody(req) }),
  });

  const options: FastifyTRPCPluginOptions<WorkerRouter> = {
    prefix: '/api/worker',
    trpcOptions: { router: workerRouter, createContext, ...errorAnswers(deps.log) },
  };
  await app.register(fastifyTRPCPlugin, options);
};
