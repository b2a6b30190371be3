import {
  ApiKey,
  ApiKeyPage,
  Me,
  PasswordChange,
  PersonalKeyRequest,
  PersonalListQuery,
  SessionPage,
} from '@secret-store/api';
import { z } from 'zod';
import { createPersonalKey } from '../../accounts/credentials/create-personal-key.ts';
import { endAllSessions, endSession } from '../../accounts/credentials/end-session.ts';
import { listApiKeys } from '../../accounts/credentials/list-api-keys.ts';
import { listSessions } from '../../accounts/credentials/list-sessions.ts';
import { revokeApiKey } from '../../accounts/credentials/revoke-api-key.ts';
import { permissionsOf } from '../../accounts/permissions.ts';
import { changePassword } from '../../accounts/users/change-password.ts';
import { clientAddress } from '../../client-address.ts';
import { manageableUser } from '../../accounts/user-named.ts';
import { signedIn } from '../authenticate.ts';
import { answers } from '../openapi.ts';
import { bodyOf } from './input/body.ts';
import type { RestOptions } from './rest-options.ts';
import { forSignedIn, type RestInstance, security } from './input/route.ts';
import { toldFirst } from './input/told-first.ts';

const params = z.object({ username: z.string() });
const keyParams = z.object({ username: z.string(), keyId: z.string().toLowerCase() });
const sessionParams = z.object({ username: z.string(), sessionId: z.string() });
const keys = '/v1/users/:username/keys';
const sessions = '/v1/users/:username/sessions';
const done = answers({ 204: z.null() });

/** One's own account; an administrator sees and ends the keys and sessions of others by the same paths. */
export const accountRoutes = (app: RestInstance, { deps, limits, refusals, uses }: RestOptions): void => {
  const described = (summary: string) => ({ tags: ['accounts'], summary, ...security });
  const forManager = {
    ...forSignedIn,
    ...toldFirst(params, (actor, { username }) => manageableUser(deps, actor, username)),
  };

  app.get(
    '/v1/me',
    { ...forSignedIn, schema: { ...described('Who is asking'), response: answers({ 200: Me }) } },
    async (request): Promise<Me> => {
      const actor = signedIn(request);
      const { userId: id, username, role, organizations = [] } = actor;
      return { id, username, role, organizations, permissions: permissionsOf(actor) };
    },
  );
  app.put(
    '/v1/me/password',
    {
      ...forSignedIn,
      schema: { ...described('Change the own password; all other sessions end'), body: PasswordChange, response: done },
    },
    async (request, reply) => {
      await changePassword({ deps, limits, refusals }, signedIn(request), request.body, clientAddress(request));
      return reply.code(204).send(null);
    },
  );
  app.get(
    keys,
    {
      ...forManager,
      schema: {
        ...described('List the API keys of a user, newest first'),
        params,
        querystring: PersonalListQuery,
        response: answers({ 200: ApiKeyPage }),
      },
    },
    async (request) => {
      await uses.flush();
      return listApiKeys(deps, signedIn(request), request.params.username, request.query);
    },
  );
  app.post(
    keys,
    {
      ...forManager,
      schema: {
        ...described('Create an API key with a name; it is shown this once'),
        params,
        body: bodyOf(PersonalKeyRequest, ApiKey),
        response: answers({ 200: ApiKey }),
      },
    },
    (request) => createPersonalKey(deps, signedIn(request), request.params.username, request.body),
  );
  app.delete(
    `${keys}/:keyId`,
    { ...forManager, schema: { ...described('Revoke an API key'), params: keyParams, response: done } },
    async (request, reply) => {
      await revokeApiKey(deps, signedIn(request), request.params);
      return reply.code(204).send(null);
    },
  );
  app.get(
    sessions,
    {
      ...forManager,
      schema: {
        ...described('List the sessions of a user, newest first'),
        params,
        querystring: PersonalListQuery,
        response: answers({ 200: SessionPage }),
      },
    },
    (request) => listSessions(deps, signedIn(request), request.params.username, request.query),
  );
  app.delete(
    sessions,
    {
      ...forManager,
      schema: { ...described('End all sessions of a user, also the one that asks'), params, response: done },
    },
    async (request, reply) => {
      await endAllSessions(deps, signedIn(request), request.params.username);
      return reply.code(204).send(null);
    },
  );
  app.delete(
    `${sessions}/:sessionId`,
    { ...forManager, schema: { ...described('End a session'), params: sessionParams, response: done } },
    async (request, reply) => {
      await endSession(deps, signedIn(request), request.params);
      return reply.code(204).send(null);
    },
  );
};
