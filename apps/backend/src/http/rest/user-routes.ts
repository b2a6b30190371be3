import {
  ApiKey,
  ApiKeyRequest,
  User,
  UserInfo,
  UserListQuery,
  UserPage,
  UserRequest,
  UserUpdate,
} from '@secret-store/api';
import { z } from 'zod';
import { createApiKey } from '../../accounts/credentials/create-api-key.ts';
import { createUser } from '../../accounts/users/create-user.ts';
import { listUsers } from '../../accounts/users/list-users.ts';
import { removeUser } from '../../accounts/users/remove-user.ts';
import { updateUser } from '../../accounts/users/update-user.ts';
import { userNamed } from '../../accounts/user-named.ts';
import { signedIn } from '../authenticate.ts';
import { answers } from '../openapi.ts';
import { bodyOf } from './input/body.ts';
import type { RestOptions } from './rest-options.ts';
import { forPermission, type RestInstance, security } from './input/route.ts';
import { toldFirst } from './input/told-first.ts';

const params = z.object({ username: z.string() });
const base = '/v1/admin/users';

/** Users as an administrator manages them. */
export const userRoutes = (app: RestInstance, { deps, uses }: RestOptions): void => {
  const described = (summary: string) => ({ tags: ['users'], summary, ...security });
  const allowed = forPermission('users.manage');
  const allowedForOne = { ...allowed, ...toldFirst(params, (_actor, { username }) => userNamed(deps, username)) };

  app.get(
    base,
    {
      ...forPermission('users.read'),
      schema: {
        ...described('List, in the order of their names'),
        querystring: UserListQuery,
        response: answers({ 200: UserPage }),
      },
    },
    async (request) => {
      await uses.flush();
      return listUsers(deps, signedIn(request), request.query);
    },
  );
  app.post(
    base,
    {
      ...allowed,
      schema: { ...described('Create'), body: bodyOf(UserRequest, User), response: answers({ 200: User }, 409) },
    },
    (request) => createUser(deps, signedIn(request), request.body),
  );
  app.put(
    `${base}/:username`,
    {
      ...allowedForOne,
      schema: {
        ...described('Change role or password, disable or enable. It acts on the next request of that person'),
        params,
        body: bodyOf(UserUpdate, UserInfo),
        response: answers({ 200: UserInfo }, 409),
      },
    },
    async (request) => {
      await uses.flush();
      return updateUser(deps, signedIn(request), request.params.username, request.body);
    },
  );
  app.delete(
    `${base}/:username`,
    {
      ...allowedForOne,
      schema: {
        ...described('Delete, with API keys and sessions. Algorithms under the name stay'),
        params,
        response: answers({ 204: z.null() }, 409),
      },
    },
    async (request, reply) => {
      await removeUser(deps, signedIn(request), request.params.username);
      return reply.code(204).send(null);
    },
  );
  app.post(
    `${base}/:username/keys`,
    {
      ...allowedForOne,
      schema: {
        ...described('Create an API key; it is shown this once'),
        params,
        // Fastify hands on null for an empty body
        body: bodyOf(ApiKeyRequest, ApiKey).nullish(),
        response: answers({ 200: ApiKey }, 409),
      },
    },
    (request) => createApiKey(deps, signedIn(request), request.params.username, request.body ?? {}),
  );
};
