import { appRouter, type AppRouter, type Context, type Services } from '@secret-store/api';
import { fastifyTRPCPlugin, type FastifyTRPCPluginOptions } from '@trpc/server/adapters/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Dependencies } from '../../dependencies.ts';
import { authenticateWorker } from '../../workers/authenticate-worker.ts';
import { logFailure } from '../errors/answer-errors.ts';
import type { Authenticate } from '../authenticate.ts';
import { asApiError } from '../errors/error-mapping.ts';

const headersOf = (request: FastifyRequest): Headers =>
  new Headers(
    Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );

/** The body is the text as it came: a worker's signature covers its bytes. */
const rawBody = (request: FastifyRequest): Uint8Array => Buffer.from(typeof request.body === 'string' ? request.body : '');

export interface TrpcOptions {
  readonly deps: Dependencies;
  readonly services: Services;
  readonly authenticate: Authenticate;
}

export const serveTrpc = async (app: FastifyInstance, { deps, services, authenticate }: TrpcOptions): Promise<void> => {
  app.addHook('onRequest', async (request) => {
    request.actor = await authenticate(request);
  });

  const createContext = async ({ req, res }: { req: FastifyRequest; res: FastifyReply }): Promise<Context> => ({
    services,
    requestId: req.id,
    address: req.ip,
    headers: headersOf(req),
    actor: req.actor,
    worker: await authenticateWorker(deps, {
      method: req.method,
      target: req.url,
      headers: req.headers,
      body: rawBody(req),
    }),
    setCookies: (cookies) => {
      res.header('set-cookie', [...cookies]);
    },
  });

  const options: FastifyTRPCPluginOptions<AppRouter> = {
    prefix: '/api/trpc',
    trpcOptions: {
      router: appRouter,
      createContext,
      onError: ({ error, req }) => logFailure(deps.log, asApiError(error), req.id),
      responseMeta: ({ errors }) => {
        const [first] = errors;
        if (!first) return {};
        const { status, retryAfterSeconds } = asApiError(first);
        return { status, headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) } };
      },
    },
  };
  await app.register(fastifyTRPCPlugin, options);
};
