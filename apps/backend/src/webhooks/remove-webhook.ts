import { type Actor, ApiError } from '@secret-store/api';
import { z } from 'zod';
import { requirePermission } from '../accounts/permissions.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import type { Rows } from '../rows/row-kinds.ts';

const Id = z.uuid();

/** @throws {ApiError} 6001 with status 404 where there is none */
export const existingWebhook = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  webhookId: string,
): Promise<Rows['webhook']> => {
  const webhook = Id.safeParse(webhookId).success ? await ledger.read('webhook', webhookId) : null;
  if (webhook !== null && webhook.format === null) return webhook;
  throw new ApiError('InputValidationError', 'There is no such webhook. Check its id, or list the webhooks.', {
    status: 404,
  });
};

/** Nothing is sent to it any more; what was on its way may still arrive. */
export const removeWebhook = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  webhookId: string,
): Promise<void> => {
  requirePermission(actor, 'webhooks.manage');
  const { id, url } = await existingWebhook(deps, webhookId);
  await change(deps, async (changes) => {
    await changes.remove('webhook', id);
    changes.audit({
      actor: userActor(actor),
      action: 'webhook.delete',
      subject: { type: 'webhook', id, name: new URL(url).host },
      details: {},
    });
  });
};
