import type { AuditPage, AuditQuery } from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import { pageMarker, readLimit, readPageMarker } from '../paging.ts';
import { describeEvent, eventColumns, EventRow } from './stored-event.ts';

/** Sequence of the last event of a page. */
const Place = z.tuple([z.int().positive()]);

interface Condition {
  readonly name: string;
  /** `?` stands for the value. An event fits in one of these ways at most */
  readonly ways: readonly string[];
  readonly value: unknown;
}

/**
 * One page, newest first: by the place in the chain, and of a period by the time, which an index leads to. The caller has checked that the
 * reader may see the audit.
 */
export const listAudit = async ({ db }: Pick<Dependencies, 'db'>, query: AuditQuery): Promise<AuditPage> => {
  const limit = readLimit(query.limit);
  const conditions = conditionsOf(query);
  const page = `ORDER BY ${isOfPeriod(query) ? 'at DESC, ' : ''}sequence DESC LIMIT $${conditions.length + 1}`;
  const branches = branchesOf(conditions).map(
    (where) =>
      `(SELECT ${eventColumns} FROM audit_event ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`} ${page})`,
  );
  const { rows } = await db.pool.query({
    name: ['audit-list', ...conditions.map(({ name }) => name)].join(' '),
    text: `SELECT * FROM (${branches.join(' UNION ALL ')}) AS found ${page}`,
    values: [...conditions.map(({ value }) => value), limit + 1],
  });
  const results = z.array(EventRow).parse(rows.slice(0, limit)).map(describeEvent);
  const last = results.at(-1);
  return { results, marker: rows.length > limit && last !== undefined ? pageMarker([last.sequence]) : null };
};

const isOfPeriod = ({ from, to }: AuditQuery): boolean => from !== undefined || to !== undefined;

/** Each way in which an event can fit, of which no two take the same event: each follows an index, where one with OR walks the table. */
const branchesOf = (conditions: readonly Condition[]): readonly (readonly string[])[] =>
  conditions.reduce<readonly (readonly string[])[]>(
    (branches, { ways }, index) =>
      branches.flatMap((branch) => ways.map((way) => [...branch, way.replaceAll('?', () => `$${index + 1}`)])),
    [[]],
  );

/** By the id; by the name where the id is another. */
const partyWays = (party: 'actor' | 'subject'): readonly string[] => [
  `"${party}Id" = ?`,
  `"${party}Name" = ? AND "${party}Id" <> ?`,
];

const conditionsOf = (query: AuditQuery): Condition[] => {
  const { actor, action, subject, outcome, from, to, marker } = query;
  const isPrefix = action?.endsWith('.') ?? false;
  return [
    { name: 'actor', ways: partyWays('actor'), value: actor },
    {
      name: isPrefix ? 'actions' : 'action',
      ways: [isPrefix ? 'starts_with(action, ?)' : 'action = ?'],
      value: action,
    },
    { name: 'subject', ways: partyWays('subject'), value: subject },
    { name: 'outcome', ways: ['outcome = ?'], value: outcome },
    { name: 'from', ways: ['at >= ?'], value: from === undefined ? undefined : new Date(from) },
    { name: 'to', ways: ['at < ?'], value: to === undefined ? undefined : new Date(to) },
    {
      name: 'marker',
      ways: [
        isOfPeriod(query)
          ? '(at, sequence) < (SELECT at, sequence FROM audit_event WHERE sequence = ?)'
          : 'sequence < ?',
      ],
      value: marker === undefined ? undefined : readPageMarker(Place, marker)[0],
    },
  ].filter(({ value }) => value !== undefined);
};
