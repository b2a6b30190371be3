import { ApiKey, ApiKeyRequest, User, UserRequest, type Services } from '@secret-store/api';
import { z } from 'zod';
import { signedIn } from '../authenticate.ts';
import { answers } from '../openapi.ts';
import type { RestInstance } from './rest-instance.ts';
import { forAdministrators, security } from './route-access.ts';

export const accountRoutes = (app: RestInstance, { accounts }: Services): void => {
  const described = (summary: string) => ({ tags: ['accounts'], summary, ...security });

  app.post(
    '/v1/admin/users',
    {
      ...forAdministrators,
      schema: { ...described('Create a user'), body: UserRequest, response: answers({ 200: User }) },
    },
    (request) => accounts.createUser(signedIn(request), request.body),
  );
  app.post(
    '/v1/admin/users/:username/keys',
    {
      ...forAdministrators,
      schema: {
        ...described('Create an API key; it is shown this once'),
        params: z.object({ username: z.string() }),
        // Fastify hands on null for an empty body
        body: ApiKeyRequest.nullish(),
        response: answers({ 200: ApiKey }),
      },
    },
    (request) => accounts.createKey(signedIn(request), request.params.username, request.body ?? {}),
  );
};
