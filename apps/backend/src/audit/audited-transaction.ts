import type { Prisma } from '@secret-store/db';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';

export const auditedTransaction = <T>(
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  work: (tx: Prisma.TransactionClient) => Promise<T>,
): Promise<T> => change(deps, ({ tx }) => work(tx));
