import type { Permission } from '@secret-store/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { permitted, signedIn } from '../authenticate.ts';
import { keyOrSession } from '../openapi.ts';

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
