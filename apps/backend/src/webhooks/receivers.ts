import type { SendingState } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import type { Dependencies } from '../dependencies.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { selection } from '../rows/row-statements.ts';

/** What is shown of the sending, and decides nothing. */
interface Sending {
  readonly sentUpTo: string;
  readonly failingSince: Date | null;
  readonly failure: string | null;
  readonly lastSentAt: Date | null;
  readonly nextTryAt: Date;
}

export interface Receiver {
  readonly row: Rows['webhook'];
  readonly state: SendingState;
  /** the last event that was sent, or passed over */
  readonly sentUpTo: number;
}

const statement = `SELECT ${selection('webhook')}, "sentUpTo", "failingSince", failure, "lastSentAt", "nextTryAt" FROM webhook
  ORDER BY id`;

/** Webhooks and sinks of the audit, the oldest first. */
export const receivers = async ({ db, ledger }: Pick<Dependencies, 'db' | 'ledger'>): Promise<Receiver[]> => {
  const rows = await rowsOf<Rows['webhook'] & Sending>(db.pool, { text: statement, values: [] });
  const sending = new Map(rows.map((row) => [row.id, row]));
  return (await ledger.genuineAll('webhook', rows)).flatMap((row) => {
    const of = sending.get(row.id);
    return of === undefined ? [] : [{ row, state: stateOf(of), sentUpTo: Number(of.sentUpTo) }];
  });
};

const stateOf = ({ failingSince, failure, lastSentAt, nextTryAt }: Sending): SendingState => ({
  lastSent: lastSentAt?.toISOString() ?? null,
  failingSince: failingSince?.toISOString() ?? null,
  failure: failingSince === null ? null : failure,
  nextTry: failingSince === null ? null : nextTryAt.toISOString(),
});
