import type { Actor, WebhookInfo } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { requirePermission } from '../accounts/permissions.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { selection } from '../rows/row-statements.ts';

/** What is shown of the sending, and decides nothing. */
interface Sending {
  readonly failingSince: Date | null;
  readonly failure: string | null;
  readonly lastSentAt: Date | null;
  readonly nextTryAt: Date;
}

const statement = `SELECT ${selection('webhook')}, "failingSince", failure, "lastSentAt", "nextTryAt" FROM webhook ORDER BY id`;

/** The oldest first. */
export const listWebhooks = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
): Promise<WebhookInfo[]> => {
  requirePermission(actor, 'webhooks.read');
  const rows = await rowsOf<Rows['webhook'] & Sending>(db.pool, { text: statement, values: [] });
  const sending = new Map(rows.map((row) => [row.id, row]));
  return (await ledger.genuineAll('webhook', rows)).map((webhook) => describe(webhook, sending.get(webhook.id)));
};

const describe = ({ id, url, events, createdAt }: Rows['webhook'], sending: Sending | undefined): WebhookInfo => {
  const failingSince = sending?.failingSince ?? null;
  return {
    ...{ id, url, events, created: createdAt.toISOString() },
    lastSent: sending?.lastSentAt?.toISOString() ?? null,
    failingSince: failingSince?.toISOString() ?? null,
    failure: failingSince === null ? null : (sending?.failure ?? null),
    nextTry: failingSince === null ? null : (sending?.nextTryAt.toISOString() ?? null),
  };
};
