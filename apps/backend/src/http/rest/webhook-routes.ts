import { CreatedWebhook, id, WebhookList, WebhookRequest } from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import { createWebhook } from '../../webhooks/create-webhook.ts';
import { listWebhooks } from '../../webhooks/list-webhooks.ts';
import { existingWebhook, removeWebhook } from '../../webhooks/remove-webhook.ts';
import { signedIn } from '../authenticate.ts';
import { answers } from '../openapi.ts';
import { bodyOf } from './input/body.ts';
import { toldFirst } from './input/told-first.ts';
import { forPermission, type RestInstance, security } from './route.ts';

const params = z.object({ webhookId: id });
const base = '/v1/admin/webhooks';

/** Where events of the audit are sent. */
export const webhookRoutes = (app: RestInstance, deps: Dependencies): void => {
  const described = (summary: string) => ({ tags: ['webhooks'], summary, ...security });

  app.get(
    base,
    {
      ...forPermission('webhooks.read'),
      schema: { ...described('List, the oldest first'), response: answers({ 200: WebhookList }) },
    },
    async (request) => ({ results: await listWebhooks(deps, signedIn(request)) }),
  );
  app.post(
    base,
    {
      ...forPermission('webhooks.manage'),
      schema: {
        ...described('Create; its key is shown this once'),
        body: bodyOf(WebhookRequest, CreatedWebhook),
        response: answers({ 200: CreatedWebhook }, 409),
      },
    },
    (request) => createWebhook(deps, signedIn(request), request.body),
  );
  app.delete(
    `${base}/:webhookId`,
    {
      ...forPermission('webhooks.manage'),
      ...toldFirst(params, (_actor, { webhookId }) => existingWebhook(deps, webhookId)),
      schema: { ...described('Delete'), params, response: answers({ 204: z.null() }) },
    },
    async (request, reply) => {
      await removeWebhook(deps, signedIn(request), request.params.webhookId);
      return reply.code(204).send(null);
    },
  );
};
