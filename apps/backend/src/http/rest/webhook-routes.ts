import {
  AuditSinkList,
  AuditSinkRequest,
  CreatedAuditSink,
  CreatedWebhook,
  id,
  WebhookList,
  WebhookRequest,
} from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import { createWebhook } from '../../webhooks/create-webhook.ts';
import { listWebhooks } from '../../webhooks/list-webhooks.ts';
import { existingWebhook, removeWebhook } from '../../webhooks/remove-webhook.ts';
import { createSink } from '../../webhooks/sinks/create-sink.ts';
import { listSinks } from '../../webhooks/sinks/list-sinks.ts';
import { existingSink, removeSink } from '../../webhooks/sinks/remove-sink.ts';
import { signedIn } from '../authenticate.ts';
import { answers } from '../openapi.ts';
import { bodyOf } from './input/body.ts';
import { toldFirst } from './input/told-first.ts';
import { forPermission, type RestInstance, security } from './input/route.ts';

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

const sinkParams = z.object({ sinkId: id });
const sinks = '/v1/admin/audit/sinks';

/** Where all of the audit is sent. */
export const sinkRoutes = (app: RestInstance, deps: Dependencies): void => {
  const described = (summary: string) => ({ tags: ['audit'], summary, ...security });

  app.get(
    sinks,
    {
      ...forPermission('webhooks.read'),
      schema: { ...described('List the sinks, the oldest first'), response: answers({ 200: AuditSinkList }) },
    },
    async (request) => ({ results: await listSinks(deps, signedIn(request)) }),
  );
  app.post(
    sinks,
    {
      ...forPermission('webhooks.manage'),
      schema: {
        ...described('Create a sink; its key is shown this once'),
        body: bodyOf(AuditSinkRequest, CreatedAuditSink),
        response: answers({ 200: CreatedAuditSink }, 409),
      },
    },
    (request) => createSink(deps, signedIn(request), request.body),
  );
  app.delete(
    `${sinks}/:sinkId`,
    {
      ...forPermission('webhooks.manage'),
      ...toldFirst(sinkParams, (_actor, { sinkId }) => existingSink(deps, sinkId)),
      schema: { ...described('Delete a sink'), params: sinkParams, response: answers({ 204: z.null() }) },
    },
    async (request, reply) => {
      await removeSink(deps, signedIn(request), request.params.sinkId);
      return reply.code(204).send(null);
    },
  );
};
