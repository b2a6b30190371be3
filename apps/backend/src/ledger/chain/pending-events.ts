import type { TaggedEvent } from './ledger-event.ts';
import type { Queryable } from '@secret-store/db';

export interface PendingRow {
  readonly id: string;
  /** not verified yet */
  readonly event: unknown;
  readonly tag: string;
}

/** The oldest ones after this one, in the order in which their transactions met. */
export const readPending = async (database: Queryable, limit: number, after = '0'): Promise<PendingRow[]> => {
  const { rows } = await database.query<PendingRow>({
    name: 'audit-pending',
    text: 'SELECT id, event, tag FROM audit_pending WHERE id > $2 ORDER BY id LIMIT $1',
    values: [limit, after],
  });
  return rows;
};

/** All that were committed before the call. */
export const readAllPending = async (database: Queryable, pageSize: number): Promise<PendingRow[]> => {
  const rows: PendingRow[] = [];
  for (;;) {
    const page = await readPending(database, pageSize, rows.at(-1)?.id);
    rows.push(...page);
    if (page.length < pageSize) return rows;
  }
};

const inserting = `INSERT INTO audit_pending (event, tag)
  SELECT event, tag FROM unnest($1::text[]::jsonb[], $2::text[]) WITH ORDINALITY AS given (event, tag, place) ORDER BY place`;

/** For a transaction of Prisma's too: the statement and its parameters. */
export const pendingStatement = (events: readonly TaggedEvent[]) => ({
  text: inserting,
  values: [events.map(({ event }) => JSON.stringify(event)), events.map(({ tag }) => tag)],
});
