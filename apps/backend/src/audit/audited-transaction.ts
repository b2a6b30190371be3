import type { Prisma } from '@secret-store/db';
import type { Dependencies } from '../dependencies.ts';

/** Waiting for a connection, an algorithm's row and the audit chain counts too: twenty at once must all get their turn. */
const patience = { maxWait: 20_000, timeout: 20_000 };

/** A transaction that ends with an audit event. */
export const auditedTransaction = <T>(
  deps: Pick<Dependencies, 'db'>,
  work: (tx: Prisma.TransactionClient) => Promise<T>,
): Promise<T> => deps.db.prisma.$transaction(work, patience);
