// What a page of the audit costs on a million events: first and deep, with each filter, beside a read of one event by its place.
import type { AuditQuery } from '@secret-store/api';
import type { Database } from '@secret-store/db';
import { listAudit } from '../audit/list-audit.ts';
import { pageMarker } from '../paging.ts';
import { type Figure, withBenchDatabase } from './bench-database.ts';

const events = 1_000_000;
const repeats = 21;

/** Events as a store of a thousand people has them: what is looked for is the newest, spread out, or long ago. */
const seed = `INSERT INTO audit_event (sequence, id, at, format, "actorType", "actorId", "actorName", action, "subjectType",
    "subjectId", "subjectName", outcome, address, details, "previousHash", hash)
  SELECT n, gen_random_uuid(), timestamptz '2026-01-01' + n * interval '20 seconds', 2, 'user',
    'user-' || CASE WHEN n <= 3 THEN 0 ELSE 1 + n % 1000 END, 'person-' || CASE WHEN n <= 3 THEN 0 ELSE 1 + n % 1000 END,
    CASE WHEN n <= 3 THEN 'store.restore' WHEN n % 5 = 0 THEN 'algorithm.create' ELSE 'secret.update' END, 'secret',
    'subject-' || n % 100000, 'VARIABLE_' || n % 100000, CASE WHEN n % 5000 = 1 THEN 'refused' ELSE 'done' END, '192.0.2.1',
    '{"fields": ["secret_value"]}', encode(sha256((n - 1)::text::bytea), 'hex'), encode(sha256(n::text::bytea), 'hex')
  FROM generate_series($1::bigint, $2::bigint) AS n`;

const deep = pageMarker([10_000]);
const queries: readonly [string, AuditQuery][] = [
  ['newest', {}],
  ['from event 10,000 back', { marker: deep }],
  ['of one person, by id', { actor: 'user-500' }],
  ['of one person, by name', { actor: 'person-500' }],
  ['of one person, from event 10,000 back', { actor: 'person-500', marker: deep }],
  ['of a person who did three things long ago', { actor: 'person-0' }],
  ['of nobody', { actor: 'nobody' }],
  ['of one thing, by name', { subject: 'VARIABLE_777' }],
  ['of no thing', { subject: 'NOTHING' }],
  ['of a frequent action', { action: 'secret.update' }],
  ['of an action long ago', { action: 'store.restore' }],
  ['of all actions of a kind long ago', { action: 'store.' }],
  ['of what was refused', { outcome: 'refused' }],
  ['of what was refused, of one person', { outcome: 'refused', actor: 'person-2' }],
  ['of what was refused long ago', { outcome: 'refused', to: '2026-01-03T00:00:00Z' }],
  ['of a day long ago', { from: '2026-01-02T00:00:00Z', to: '2026-01-03T00:00:00Z' }],
  ['of all but a day, deep', { from: '2026-01-02T00:00:00Z', marker: deep }],
  [
    'of one person in a day long ago',
    { actor: 'person-500', from: '2026-01-02T00:00:00Z', to: '2026-01-03T00:00:00Z' },
  ],
  ['of one person and kind', { actor: 'person-500', action: 'algorithm.' }],
];

export const run = (): Promise<Figure[]> =>
  withBenchDatabase(async ({ db }) => {
    await fill(db);
    const floor = await medianOf(() => db.pool.query('SELECT * FROM audit_event WHERE sequence = 500000'));
    const figures: Figure[] = [{ what: 'one event by its place, floor', value: floor.toFixed(1), unit: 'ms' }];
    for (const [what, query] of queries) {
      const value = await medianOf(() => listAudit({ db }, query));
      figures.push({
        what: `page ${what}`,
        value: value.toFixed(1),
        unit: 'ms',
        ratio: `${(value / floor).toFixed(1)} x floor`,
      });
    }
    return figures;
  });

const fill = async (db: Database): Promise<void> => {
  const part = 50_000;
  for (let first = 1; first <= events; first += part) await db.pool.query(seed, [first, first + part - 1]);
  await db.pool.query('ANALYZE audit_event');
};

const medianOf = async (work: () => Promise<unknown>): Promise<number> => {
  const times: number[] = [];
  for (let index = 0; index < repeats; index += 1) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return times.sort((left, right) => left - right)[Math.floor(repeats / 2)] ?? 0;
};
