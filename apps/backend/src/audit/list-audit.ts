import type { AuditPage, AuditQuery } from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import { pageMarker, readLimit, readPageMarker } from '../paging.ts';
import { describeEvent, eventColumns, EventRow } from './stored-event.ts';

/** Sequence of the last event of a page. */
const Place = z.tuple([z.int().positive()]);

interface Condition {
  readonly name: string;
  /** `?` stands for the value */
  readonly sql: string;
  readonly value: unknown;
}

/** One page, newest first. The caller has checked that the reader may see the audit. */
export const listAudit = async ({ db }: Pick<Dependencies, 'db'>, query: AuditQuery): Promise<AuditPage> => {
  const limit = readLimit(query.limit);
  const conditions = conditionsOf(query);
  const where = conditions.map(({ sql }, index) => sql.replaceAll('?', () => `$${index + 1}`));
  const { rows } = await db.pool.query({
    name: ['audit-list', ...conditions.map(({ name }) => name)].join(' '),
    text: `SELECT ${eventColumns} FROM audit_event ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`}
           ORDER BY sequence DESC LIMIT $${conditions.length + 1}`,
    values: [...conditions.map(({ value }) => value), limit + 1],
  });
  const results = z.array(EventRow).parse(rows.slice(0, limit)).map(describeEvent);
  const last = results.at(-1);
  return { results, marker: rows.length > limit && last !== undefined ? pageMarker([last.sequence]) : null };
};

const conditionsOf = (query: AuditQuery): Condition[] => {
  const { actor, action, subject, outcome, from, to, marker } = query;
  const isPrefix = action?.endsWith('.') ?? false;
  return [
    { name: 'actor', sql: '("actorId" = ? OR "actorName" = ?)', value: actor },
    { name: isPrefix ? 'actions' : 'action', sql: isPrefix ? 'starts_with(action, ?)' : 'action = ?', value: action },
    { name: 'subject', sql: '("subjectId" = ? OR "subjectName" = ?)', value: subject },
    { name: 'outcome', sql: 'outcome = ?', value: outcome },
    { name: 'from', sql: 'at >= ?', value: from === undefined ? undefined : new Date(from) },
    { name: 'to', sql: 'at < ?', value: to === undefined ? undefined : new Date(to) },
    {
      name: 'marker',
      sql: 'sequence < ?',
      value: marker === undefined ? undefined : readPageMarker(Place, marker)[0],
    },
  ].filter(({ value }) => value !== undefined);
};
