import { type Actor, type WaitingAccountInfo, WaitingReason } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { z } from 'zod';
import type { Dependencies } from '../../../dependencies.ts';
import type { Rows } from '../../../rows/row-kinds.ts';
import { selection } from '../../../rows/row-statements.ts';
import { requirePermission } from '../../permissions.ts';
import { sourceNames } from '../source-names.ts';

const State = z.enum(['waiting', 'rejected']);

const statement = `SELECT ${selection('waitingAccount')} FROM waiting_account
  ORDER BY state DESC, "createdAt" DESC LIMIT 2000`;

/** Those that wait first, the newest first. */
export const listWaitingAccounts = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
): Promise<WaitingAccountInfo[]> => {
  requirePermission(actor, 'users.read');
  const rows = await rowsOf<Rows['waitingAccount']>(deps.db.pool, { text: statement, values: [] });
  const waiting = await deps.ledger.genuineAll('waitingAccount', rows);
  const names = await sourceNames(deps, waiting);
  return waiting.map(({ id, connectionId, username, wantedName, displayName, email, groups, ...row }) => ({
    ...{ id, connection: names.get(connectionId) ?? connectionId, username, wantedName, displayName, email, groups },
    ...{ reason: WaitingReason.parse(row.reason), state: State.parse(row.state), created: row.createdAt.toISOString() },
  }));
};
