import type { Actor, WebhookInfo } from '@secret-store/api';
import { requirePermission } from '../accounts/permissions.ts';
import type { Dependencies } from '../dependencies.ts';
import { receivers } from './receivers.ts';

/** The oldest first. */
export const listWebhooks = async (deps: Pick<Dependencies, 'db' | 'ledger'>, actor: Actor): Promise<WebhookInfo[]> => {
  requirePermission(actor, 'webhooks.read');
  return (await receivers(deps))
    .filter(({ row }) => row.format === null)
    .map(({ row: { id, url, events, createdAt }, state }) => ({
      ...{ id, url, events, created: createdAt.toISOString() },
      ...state,
    }));
};
