import type { FastifyInstance } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { askWho } from '../front/late-bodies.ts';
import { acceptJsonBodies } from './input/parse-body.ts';
import { accountRoutes } from './account-routes.ts';
import { algorithmRoutes } from './algorithm-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { moduleRoutes } from './module-routes.ts';
import { providerRoutes } from './provider-routes.ts';
import type { RestOptions } from './rest-options.ts';
import { refuseFieldsOfNoBody, withZod } from './input/route.ts';
import { collaboratorRoutes } from './sharing/collaborator-routes.ts';
import { organizationRoutes } from './sharing/organization-routes.ts';
import { secretRoutes } from './secret-routes.ts';
import { userRoutes } from './user-routes.ts';
import { sinkRoutes, webhookRoutes } from './webhook-routes.ts';
import { workerRoutes } from './worker-routes.ts';
import { validate } from './input/validate.ts';

export const serveRest = async (app: FastifyInstance, options: RestOptions): Promise<void> => {
  const { deps, authenticate, refusals } = options;
  app.setValidatorCompiler(validate);
  app.setSerializerCompiler(serializerCompiler);
  acceptJsonBodies(app);
  app.addHook('onRoute', refuseFieldsOfNoBody);
  askWho(app, async (request) => {
    deps.ledger.standing.requireOpen();
    request.actor = await authenticate(request);
  });
  for (const routes of [accountRoutes, moduleRoutes, userRoutes]) {
    await app.register(async (scope) => routes(withZod(scope), options));
  }
  const others = [
    algorithmRoutes,
    auditRoutes,
    collaboratorRoutes,
    organizationRoutes,
    providerRoutes,
    secretRoutes,
    sinkRoutes,
    webhookRoutes,
    workerRoutes,
  ];
  for (const routes of others) {
    await app.register(async (scope) => routes(withZod(scope), deps, refusals));
  }
};
