import type { Services } from '@secret-store/api';
import type { FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Authenticate } from '../authenticate.ts';
import { acceptJsonBodies } from './parse-body.ts';
import { accountRoutes } from './account-routes.ts';
import { algorithmRoutes } from './algorithm-routes.ts';
import { defaultProviderRoute } from './default-provider-route.ts';
import { moduleRoutes } from './module-routes.ts';
import { providerRoutes } from './provider-routes.ts';
import { withZod } from './rest-instance.ts';
import { secretRoutes } from './secret-routes.ts';

export interface RestOptions {
  readonly services: Services;
  readonly authenticate: Authenticate;
}

export const serveRest = async (app: FastifyInstance, { services, authenticate }: RestOptions): Promise<void> => {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  acceptJsonBodies(app);
  app.addHook('onRequest', async (request) => {
    request.actor = await authenticate(request);
  });
  for (const routes of [accountRoutes, algorithmRoutes, defaultProviderRoute, moduleRoutes, providerRoutes, secretRoutes]) {
    await app.register(async (scope) => routes(withZod(scope), services));
  }
};
