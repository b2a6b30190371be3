import {
  AuditSinkInfo,
  AuditSinkRequest,
  CreatedAuditSink,
  CreatedWebhook,
  id,
  WebhookInfo,
  WebhookRequest,
} from '@secret-store/api';
import { z } from 'zod';
import { createWebhook } from '../../webhooks/create-webhook.ts';
import { listWebhooks } from '../../webhooks/list-webhooks.ts';
import { existingWebhook, removeWebhook } from '../../webhooks/remove-webhook.ts';
import { createSink } from '../../webhooks/sinks/create-sink.ts';
import { listSinks } from '../../webhooks/sinks/list-sinks.ts';
import { existingSink, removeSink } from '../../webhooks/sinks/remove-sink.ts';
import { procedureWith, router, toldFirst } from './procedures/trpc.ts';

const manages = procedureWith('webhooks.manage');

export const webhookRouter = router({
  list: procedureWith('webhooks.read')
    .output(z.array(WebhookInfo))
    .query(({ ctx }) => listWebhooks(ctx.deps, ctx.actor)),
  create: manages
    .input(WebhookRequest)
    .output(CreatedWebhook)
    .mutation(({ ctx, input }) => createWebhook(ctx.deps, ctx.actor, input)),
  remove: manages
    .input(z.object({ webhookId: id }))
    .use(({ ctx, input, next }) => toldFirst(next(), () => existingWebhook(ctx.deps, input.webhookId)))
    .mutation(({ ctx, input }) => removeWebhook(ctx.deps, ctx.actor, input.webhookId)),
  sinks: procedureWith('webhooks.read')
    .output(z.array(AuditSinkInfo))
    .query(({ ctx }) => listSinks(ctx.deps, ctx.actor)),
  createSink: manages
    .input(AuditSinkRequest)
    .output(CreatedAuditSink)
    .mutation(({ ctx, input }) => createSink(ctx.deps, ctx.actor, input)),
  removeSink: manages
    .input(z.object({ sinkId: id }))
    .use(({ ctx, input, next }) => toldFirst(next(), () => existingSink(ctx.deps, input.sinkId)))
    .mutation(({ ctx, input }) => removeSink(ctx.deps, ctx.actor, input.sinkId)),
});
