import { type Actor, ApiError, type CreatedWebhook, type WebhookRequest, webhooksMaximum } from '@secret-store/api';
import { v7 as uuidv7 } from 'uuid';
import { requirePermission } from '../accounts/permissions.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { shownKey, webhookKey } from './webhook-key.ts';

/** It gets what happens from now on. Its own creation is the first event that it can get. */
export const createWebhook = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger'>,
  actor: Actor,
  { url, events }: WebhookRequest,
): Promise<CreatedWebhook> => {
  requirePermission(actor, 'webhooks.manage');
  const row = {
    ...{ id: uuidv7(), url, events: [...new Set(events)], createdAt: new Date() },
    ...{ format: null, trustedCertificates: null, clientCertificate: null, clientKey: null },
  };
  await deps.ledger.flush();
  const sentUpTo = deps.ledger.chain.head.sequence;
  await deps.db.withLock('webhooks', async () => {
    if (deps.ledger.memory.count('webhook', 'all') >= webhooksMaximum) {
      throw new ApiError('InputValidationError', `There are ${webhooksMaximum} webhooks already. Delete one first.`, {
        status: 409,
      });
    }
    await change(deps, async (changes) => {
      await changes.insert('webhook', row, { sentUpTo });
      changes.audit({
        actor: userActor(actor),
        action: 'webhook.create',
        subject: { type: 'webhook', id: row.id, name: new URL(url).host },
        details: { host: new URL(url).host, events: row.events },
      });
    });
  });
  return { id: row.id, key: shownKey(webhookKey(deps, row)) };
};
