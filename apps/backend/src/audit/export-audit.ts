import type { AuditExportQuery } from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import { csvRow } from './csv-row.ts';
import { exportedEvent } from './exported-event.ts';
import { describeEvent, eventColumns, EventRow } from './stored-event.ts';

const pageSize = 200;

/** What the hash of an event covers, and what links and signs it. */
const ChainedRow = EventRow.extend({
  format: z.int(),
  marks: z.unknown(),
  previousHash: z.string(),
  hash: z.string(),
  head: z.unknown(),
});
type ChainedRow = z.infer<typeof ChainedRow>;

interface Piece {
  readonly first: number;
  readonly last: number;
}

/**
 * The events of a period, oldest first, as text in parts: one page of events is in memory at a time, and the next is read
 * when somebody wants it. The piece ends at what is the newest event now. The caller has checked that the reader may see
 * the audit.
 */
export const exportAudit = async (
  deps: Pick<Dependencies, 'db' | 'keys'>,
  query: AuditExportQuery,
): Promise<AsyncGenerator<string, void>> => {
  const piece = await pieceOf(deps, query);
  const opening = query.format === 'csv' ? csvTitles : jsonLine(await certificationOf(deps, piece));
  const rowText = query.format === 'csv' ? csvText : jsonText;
  return textOf(deps, { opening, piece, rowText });
};

interface Export {
  readonly opening: string;
  readonly piece: Piece | null;
  readonly rowText: (row: ChainedRow) => string;
}

const textOf = async function* (
  { db }: Pick<Dependencies, 'db'>,
  { opening, piece, rowText }: Export,
): AsyncGenerator<string, void> {
  yield opening;
  let next = piece?.first ?? 1;
  while (piece !== null && next <= piece.last) {
    const { rows } = await db.pool.query({
      name: 'audit-export-page',
      text: `SELECT ${eventColumns}, format, marks, "previousHash", hash, head FROM audit_event
             WHERE sequence BETWEEN $1 AND $2 ORDER BY sequence LIMIT $3`,
      values: [next, piece.last, pageSize],
    });
    const page = z.array(ChainedRow).parse(rows);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map(rowText).join('');
    next = last.sequence + 1;
  }
};

/**
 * From the first event that is not before `from` to the last that is before `to`. Events stand in the order in which they
 * were chained, so some in between may be of a moment before or after. A piece that is to be verified goes on to the next
 * signed head, which vouches for all before it.
 */
const pieceOf = async (
  { db }: Pick<Dependencies, 'db'>,
  { format, from, to }: AuditExportQuery,
): Promise<Piece | null> => {
  const { rows } = await db.pool.query({
    name: 'audit-export-piece',
    text: `SELECT first::float8, coalesce(
             (SELECT min(sequence) FROM audit_event WHERE $3 AND sequence >= last AND head IS NOT NULL), last
           )::float8 AS last
           FROM (SELECT
             (SELECT min(sequence) FROM audit_event WHERE at >= coalesce($1::timestamptz, '-infinity')) AS first,
             (SELECT max(sequence) FROM audit_event WHERE at < coalesce($2::timestamptz, 'infinity')) AS last
           ) period WHERE first <= last`,
    values: [from === undefined ? null : new Date(from), to === undefined ? null : new Date(to), format === 'jsonl'],
  });
  return rows[0] === undefined ? null : z.object({ first: z.int(), last: z.int() }).parse(rows[0]);
};

/** The first line of an export that can be verified: the root's fingerprint is all that an auditor needs. */
const certificationOf = async ({ db, keys }: Pick<Dependencies, 'db' | 'keys'>, piece: Piece | null) => {
  const { rows } = await db.pool.query<{ envelope: unknown }>({
    name: 'audit-export-epochs',
    text: 'SELECT envelope FROM restore_epoch ORDER BY epoch',
  });
  return {
    type: 'secret-store-audit-export',
    version: 1,
    root: {
      version: 1,
      signingPublicKey: keys.root.verificationKey.publicKey,
      recipientPublicKey: keys.root.recipient.publicKey,
    },
    certificates: [keys.certificate],
    restoreEpochs: rows.map(({ envelope }) => envelope),
    first: piece?.first ?? null,
    last: piece?.last ?? null,
  };
};

const jsonLine = (json: unknown): string => `${JSON.stringify(json)}\n`;

const jsonText = (row: ChainedRow): string => jsonLine(exportedEvent(describeEvent(row), row));

const csvTitles = csvRow([
  ...['sequence', 'id', 'at', 'actor_type', 'actor_id', 'actor_name', 'action'],
  ...['subject_type', 'subject_id', 'subject_name', 'outcome', 'address', 'details'],
]);

const csvText = (row: ChainedRow): string => {
  const { sequence, id, at, actor, action, subject, outcome, address, details } = describeEvent(row);
  return csvRow([
    ...[String(sequence), id, at, actor.type, actor.id, actor.name ?? '', action],
    ...[subject.type, subject.id, subject.name ?? '', outcome, address ?? '', JSON.stringify(details)],
  ]);
};
