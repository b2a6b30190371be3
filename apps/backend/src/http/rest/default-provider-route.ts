import type { Services } from '@secret-store/api';
import { z } from 'zod';
import { signedIn } from '../authenticate.ts';
import { answers } from '../openapi.ts';
import type { RestInstance } from './rest-instance.ts';
import { forAdministrators, security } from './route-access.ts';

export const defaultProviderRoute = (app: RestInstance, { providers }: Services): void => {
  app.post(
    '/v1/admin/plugins/secret-provider/:providerId/default',
    {
      ...forAdministrators,
      schema: {
        tags: ['secret providers'],
        summary: 'Make it the default',
        ...security,
        params: z.object({ providerId: z.uuid() }),
        response: answers({ 204: z.null() }),
      },
    },
    async (request, reply) => {
      await providers.makeDefault(signedIn(request), request.params.providerId);
      return reply.code(204).send(null);
    },
  );
};
