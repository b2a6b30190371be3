import { rowsOf } from '@secret-store/db';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { selection } from '../../rows/row-statements.ts';

const statement = `SELECT ${selection('pool')} FROM worker_pool ORDER BY "createdAt", id`;

/** All pools, the oldest first: the store's first one, then those that administrators made. */
export const knownPools = async ({
  db,
  ledger,
}: Pick<Dependencies, 'db' | 'ledger'>): Promise<readonly Rows['pool'][]> =>
  ledger.genuineAll('pool', await rowsOf<Rows['pool']>(db.pool, { text: statement, values: [] }));
