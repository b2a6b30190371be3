import type { Prisma } from '@secret-store/db';
import { v7 as uuid } from 'uuid';
import { appendAuditEvent, type AuditActor } from '../audit/append-audit-event.ts';
import type { Dependencies } from '../dependencies.ts';
import { hashApiKey } from './api-key.ts';

/** @returns the id of the new row */
export const insertApiKey = async (
  deps: Pick<Dependencies, 'keys'>,
  tx: Prisma.TransactionClient,
  { userId, key }: { readonly userId: string; readonly key: string },
  actor: AuditActor,
): Promise<string> => {
  const id = uuid();
  await tx.apiKey.create({ data: { id, userId, keyHash: hashApiKey(deps, key) } });
  await appendAuditEvent(tx, {
    actor,
    action: 'api-key.create',
    subject: { type: 'user', id: userId },
    details: { apiKeyId: id },
  });
  return id;
};
