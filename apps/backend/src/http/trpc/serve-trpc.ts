import { fastifyTRPCPlugin, type FastifyTRPCPluginOptions } from '@trpc/server/adapters/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Auth } from '../../accounts/auth.ts';
import type { RateLimits } from '../../accounts/attempts/rate-limits.ts';
import type { UseNotes } from '../../accounts/use-notes.ts';
import type { RefusalCounter } from '../../audit/refusal-counter.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Authenticate } from '../authenticate.ts';
import { headersOf as headersOfError, logFailure, noSuchPath } from '../errors/answer-errors.ts';
import { countRefusal } from '../errors/count-refusal.ts';
import { asApiError } from '../errors/error-mapping.ts';
import { trpcErrorAnswers } from '../errors/trpc-error-answers.ts';
import { askWho } from '../front/late-bodies.ts';
import { clientAddress } from '../../client-address.ts';
import { type AppRouter, appRouter } from './app-router.ts';
import type { Context } from './procedures/trpc.ts';
import { trpcRefusal } from './refusals/trpc-refusal.ts';

const headersOf = (request: FastifyRequest): Headers =>
  new Headers(
    Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );

export interface TrpcOptions {
  readonly deps: Dependencies;
  readonly auth: Auth;
  readonly limits: RateLimits;
  readonly refusals: RefusalCounter;
  readonly uses: UseNotes;
  readonly authenticate: Authenticate;
  /** the address that browsers see */
  readonly origin: string;
}

/** The panel's way in. */
export const serveTrpc = async (
  app: FastifyInstance,
  { deps, auth, limits, refusals, uses, authenticate, origin }: TrpcOptions,
): Promise<void> => {
  askWho(app, async (request) => {
    deps.ledger.standing.requireOpen();
    request.actor = await authenticate(request);
  });

  app.setErrorHandler((error, request, reply) => {
    const apiError = asApiError(error);
    logFailure(deps.log, apiError, request.id);
    countRefusal(refusals, request, apiError);
    return reply.code(apiError.status).headers(headersOfError(apiError)).send(trpcRefusal(apiError, request.id));
  });
  for (const path of ['/api/trpc', '/api/trpc/*']) {
    app.all(path, () => {
      throw noSuchPath();
    });
  }

  const createContext = ({ req, res }: { req: FastifyRequest; res: FastifyReply }): Context => ({
    ...{ deps, auth, limits, refusals, uses, origin },
    requestId: req.id,
    address: clientAddress(req),
    headers: headersOf(req),
    actor: req.actor,
    isEmpty: req.method !== 'GET' && (req.body === undefined || req.body === ''),
    setCookies: (cookies) => {
      res.header('set-cookie', [...cookies]);
    },
  });

  const options: FastifyTRPCPluginOptions<AppRouter> = {
    prefix: '/api/trpc',
    trpcOptions: { router: appRouter, createContext, ...trpcErrorAnswers(deps.log, refusals) },
  };
  await app.register(fastifyTRPCPlugin, options);
};
