import { openDatabase, type Database } from '@secret-store/db';
import { createTestDatabase, type TestDatabase } from '@secret-store/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RowKind, rowKindNames, rowKinds } from './row-kinds.ts';
import { tablesThatDecideNothing } from './tables-that-decide-nothing.ts';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = await openDatabase({ url: database.url });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const types: Readonly<Record<string, string>> = {
  text: 'text',
  uuid: 'uuid',
  bool: 'boolean',
  int4: 'integer',
  int8: 'bigint',
  timestamptz: 'timestamptz',
  jsonb: 'jsonb',
  _text: 'text[]',
  bytea: 'bytea',
};

/** Every column of every table, with its type in the words of the kinds. */
const columnsOfSchema = async (): Promise<Map<string, Map<string, string>>> => {
  const { rows } = await db.pool.query<{ table: string; column: string; type: string }>(
    `SELECT table_name AS table, column_name AS column, udt_name AS type FROM information_schema.columns
     WHERE table_schema = 'public' ORDER BY table_name, column_name`,
  );
  const tables = new Map<string, Map<string, string>>();
  for (const { table, column, type } of rows) {
    const columns = tables.get(table) ?? new Map<string, string>();
    tables.set(table, columns.set(column, types[type] ?? type));
  }
  return tables;
};

/** The same as the kind says it: columns that decide, and those that stand with a reason. */
const columnsOfKind = (kind: RowKind): Map<string, string> => {
  const { columns, undecided } = rowKinds[kind];
  const decided = Object.entries(columns).map(([field, column]): [string, string] => {
    const [type = '', name = field] = column.split(' ');
    return [name, type];
  });
  const others = Object.entries(undecided).map(([name, [type]]): [string, string] => [name, type]);
  return new Map([...decided, ...others].sort(([left], [right]) => (left < right ? -1 : 1)));
};

it('every table is a kind of row, or stands with a reason', async () => {
  const tables = [...(await columnsOfSchema()).keys()];
  const known = [...rowKindNames.map((kind) => rowKinds[kind].table), ...Object.keys(tablesThatDecideNothing)];
  expect(tables.sort()).toEqual(known.sort());
});

it('every column of such a row decides, or stands with a reason', async () => {
  const schema = await columnsOfSchema();
  for (const kind of rowKindNames) {
    const { table, undecided } = rowKinds[kind];
    const sorted = [...(schema.get(table) ?? [])].sort(([left], [right]) => (left < right ? -1 : 1));
    expect([kind, [...columnsOfKind(kind)]]).toEqual([kind, sorted]);
    for (const [, why] of Object.values(undecided)) expect(why.length).toBeGreaterThan(10);
  }
});
