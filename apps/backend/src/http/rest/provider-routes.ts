import {
  id,
  ProviderInfo,
  ProviderUsagePage,
  ProviderUsageQuery,
  RemovalQuery,
  SecretProviderRequest,
} from '@secret-store/api';
import { z } from 'zod';
import { providerUsage } from '../../delivery/provider-usage.ts';
import type { Dependencies } from '../../dependencies.ts';
import { createProvider } from '../../providers/create-provider.ts';
import { getProvider, listEnabledProviders, listProviders } from '../../providers/list-providers.ts';
import { makeDefault } from '../../providers/make-default.ts';
import { removeProvider } from '../../providers/remove-provider.ts';
import { requirePlugin } from '../../providers/provider-module.ts';
import { updateProvider } from '../../providers/update-provider.ts';
import { signedIn } from '../authenticate.ts';
import { answers } from '../openapi.ts';
import { bodyOf } from './input/body.ts';
import { forPermission, type RestInstance, security } from './input/route.ts';
import { toldFirst } from './input/told-first.ts';

const params = z.object({ providerId: id });
const base = '/v1/admin/secret-provider';

export const providerRoutes = (app: RestInstance, deps: Dependencies): void => {
  const described = (summary: string) => ({ tags: ['secret providers'], summary, ...security });
  const toldOfPlugin = toldFirst(params, (actor, { providerId }) => requirePlugin(deps, actor, providerId));

  app.get(
    base,
    {
      ...forPermission('providers.read'),
      schema: { ...described('List'), response: answers({ 200: z.array(ProviderInfo) }) },
    },
    (request) => listProviders(deps, signedIn(request)),
  );
  app.post(
    base,
    {
      ...forPermission('providers.manage'),
      schema: {
        ...described('Add'),
        body: bodyOf(SecretProviderRequest, ProviderInfo),
        response: answers({ 200: ProviderInfo }, 409, 502, 504),
      },
    },
    (request) => createProvider(deps, signedIn(request), request.body),
  );
  app.get(
    `${base}/:providerId`,
    {
      ...forPermission('providers.read'),
      schema: { ...described('Show'), params, response: answers({ 200: ProviderInfo }) },
    },
    (request) => getProvider(deps, signedIn(request), request.params.providerId),
  );
  app.post(
    `${base}/:providerId`,
    {
      ...forPermission('providers.manage'),
      ...toldOfPlugin,
      schema: {
        ...described('Update'),
        params,
        body: bodyOf(SecretProviderRequest, ProviderInfo),
        response: answers({ 200: ProviderInfo }, 409, 502, 504),
      },
    },
    (request) => updateProvider(deps, signedIn(request), request.params.providerId, request.body),
  );
  app.delete(
    `${base}/:providerId`,
    {
      ...forPermission('providers.manage'),
      ...toldOfPlugin,
      schema: {
        ...described('Remove'),
        params,
        querystring: RemovalQuery,
        response: answers({ 204: z.null() }, 409),
      },
    },
    async (request, reply) => {
      await removeProvider(deps, signedIn(request), request.params.providerId, request.query);
      return reply.code(204).send(null);
    },
  );
  app.get(
    `${base}/:providerId/usage`,
    {
      ...forPermission('providers.read'),
      schema: {
        ...described('List the algorithms that have secrets with it'),
        params,
        querystring: ProviderUsageQuery,
        response: answers({ 200: ProviderUsagePage }),
      },
    },
    (request) => providerUsage(deps, signedIn(request), request.params.providerId, request.query),
  );
  app.post(
    '/v1/admin/plugins/secret-provider/:providerId/default',
    {
      ...forPermission('providers.manage'),
      ...toldFirst(params, (actor, { providerId }) => getProvider(deps, actor, providerId)),
      schema: { ...described('Make it the default'), params, response: answers({ 204: z.null() }, 409) },
    },
    async (request, reply) => {
      await makeDefault(deps, signedIn(request), request.params.providerId);
      return reply.code(204).send(null);
    },
  );
  app.get(
    '/v1/secret-provider',
    {
      ...forPermission('providers.use'),
      schema: { ...described('List the enabled ones'), response: answers({ 200: z.array(ProviderInfo) }) },
    },
    () => listEnabledProviders(deps),
  );
};
