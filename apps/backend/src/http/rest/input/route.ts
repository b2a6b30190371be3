import type { Permission } from '@secret-store/api';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { permitted, signedIn } from '../../authenticate.ts';
import { keyOrSession, NoFields } from '../../openapi.ts';

/** An instance of Fastify whose routes are typed by their zod schemas. */
export type RestInstance = ReturnType<typeof withZod>;

export const withZod = (app: FastifyInstance) => app.withTypeProvider<ZodTypeProvider>();

/** Checked before the body is read: who may not ask learns nothing of what is wrong with the request. */
export const forSignedIn = {
  onRequest: async (request: FastifyRequest): Promise<void> => {
    signedIn(request);
  },
};

export const forPermission = (permission: Permission) => ({
  onRequest: async (request: FastifyRequest): Promise<void> => permitted(request, permission),
});

export const security = { security: keyOrSession };

/** Routes without a body of their own get that of no fields. */
export const refuseFieldsOfNoBody = (route: RouteOptions): void => {
  const reads = ['GET', 'HEAD'].some((method) => [route.method].flat().includes(method));
  if (!reads && route.schema?.body === undefined) route.schema = { ...route.schema, body: NoFields };
};
