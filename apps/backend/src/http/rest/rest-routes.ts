import type { FastifyInstance } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { RefusalCounter } from '../../audit/refusal-counter.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Authenticate } from '../authenticate.ts';
import { acceptJsonBodies } from './parse-body.ts';
import { accountRoutes } from './account-routes.ts';
import { algorithmRoutes } from './algorithm-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { moduleRoutes } from './module-routes.ts';
import { providerRoutes } from './provider-routes.ts';
import { withZod } from './route.ts';
import { secretRoutes } from './secret-routes.ts';
import { validate } from './validate.ts';

export interface RestOptions {
  readonly deps: Dependencies;
  readonly authenticate: Authenticate;
  readonly refusals: RefusalCounter;
}

export const serveRest = async (app: FastifyInstance, { deps, authenticate, refusals }: RestOptions): Promise<void> => {
  app.setValidatorCompiler(validate);
  app.setSerializerCompiler(serializerCompiler);
  acceptJsonBodies(app);
  app.addHook('onRequest', async (request) => {
    deps.ledger.standing.requireOpen();
    request.actor = await authenticate(request);
  });
  for (const routes of [accountRoutes, algorithmRoutes, auditRoutes, moduleRoutes, providerRoutes, secretRoutes]) {
    await app.register(async (scope) => routes(withZod(scope), deps, refusals));
  }
};
