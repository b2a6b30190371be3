import type { Permission } from '@secret-store/api';
import type { FastifyRequest } from 'fastify';
import { permitted, signedIn } from '../authenticate.ts';
import { keyOrSession } from '../openapi.ts';

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
