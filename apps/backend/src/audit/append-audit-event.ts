import type { Prisma } from '@secret-store/db';
import { changeOf } from '../ledger/change.ts';
import type { AuditEntry } from './audit-entry.ts';

export { type AuditActor, type AuditEntry, type AuditSubject, systemActor } from './audit-entry.ts';

export const appendAuditEvent = async (tx: Prisma.TransactionClient, entry: AuditEntry): Promise<void> => {
  changeOf(tx).audit(entry);
};
