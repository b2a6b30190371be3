import { ProviderInfo, SecretProviderRequest, type Services } from '@secret-store/api';
import { z } from 'zod';
import { signedIn } from '../authenticate.ts';
import { answers } from '../openapi.ts';
import type { RestInstance } from './rest-instance.ts';
import { forAdministrators, forSignedIn, security } from './route-access.ts';

const params = z.object({ providerId: z.uuid() });
const base = '/v1/admin/secret-provider';

export const providerRoutes = (app: RestInstance, { providers }: Services): void => {
  const described = (summary: string) => ({ tags: ['secret providers'], summary, ...security });

  app.get(
    base,
    { ...forAdministrators, schema: { ...described('List'), response: answers({ 200: z.array(ProviderInfo) }) } },
    (request) => providers.list(signedIn(request)),
  );
  app.post(
    base,
    {
      ...forAdministrators,
      schema: { ...described('Add'), body: SecretProviderRequest, response: answers({ 200: ProviderInfo }) },
    },
    (request) => providers.create(signedIn(request), request.body),
  );
  app.get(
    `${base}/:providerId`,
    { ...forAdministrators, schema: { ...described('Show'), params, response: answers({ 200: ProviderInfo }) } },
    (request) => providers.get(signedIn(request), request.params.providerId),
  );
  app.post(
    `${base}/:providerId`,
    {
      ...forAdministrators,
      schema: { ...described('Update'), params, body: SecretProviderRequest, response: answers({ 200: ProviderInfo }) },
    },
    (request) => providers.update(signedIn(request), request.params.providerId, request.body),
  );
  app.delete(
    `${base}/:providerId`,
    { ...forAdministrators, schema: { ...described('Remove'), params, response: answers({ 204: z.null() }) } },
    async (request, reply) => {
      await providers.remove(signedIn(request), request.params.providerId);
      return reply.code(204).send(null);
    },
  );
  app.get(
    '/v1/secret-provider',
    {
      ...forSignedIn,
      schema: { ...described('List the enabled ones'), response: answers({ 200: z.array(ProviderInfo) }) },
    },
    (request) => providers.listEnabled(signedIn(request)),
  );
};
