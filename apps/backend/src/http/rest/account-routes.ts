import { ApiKey, ApiKeyRequest, User, UserRequest } from '@secret-store/api';
import { z } from 'zod';
import { createApiKey } from '../../accounts/create-api-key.ts';
import { createUser } from '../../accounts/create-user.ts';
import type { Dependencies } from '../../dependencies.ts';
import { signedIn } from '../authenticate.ts';
import { answers } from '../openapi.ts';
import { bodyOf } from './body.ts';
import { forPermission, type RestInstance, security } from './route.ts';

export const accountRoutes = (app: RestInstance, deps: Dependencies): void => {
  const described = (summary: string) => ({ tags: ['accounts'], summary, ...security });

  app.post(
    '/v1/admin/users',
    {
      ...forPermission('users.manage'),
      schema: { ...described('Create a user'), body: bodyOf(UserRequest, User), response: answers({ 200: User }) },
    },
    (request) => createUser(deps, signedIn(request), request.body),
  );
  app.post(
    '/v1/admin/users/:username/keys',
    {
      ...forPermission('users.manage'),
      schema: {
        ...described('Create an API key; it is shown this once'),
        params: z.object({ username: z.string() }),
        // Fastify hands on null for an empty body
        body: bodyOf(ApiKeyRequest, ApiKey).nullish(),
        response: answers({ 200: ApiKey }),
      },
    },
    (request) => createApiKey(deps, signedIn(request), request.params.username, request.body ?? {}),
  );
};
