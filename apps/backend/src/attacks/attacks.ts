import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Column, DatabaseWriter, Table, TableImage } from './database-writer.ts';

type Row = Readonly<Record<string, unknown>>;

type AttackKind = 'changed' | 'put back' | 'moved' | 'removed' | 'planted' | 'whole older database';

export interface Attack {
  readonly table: string;
  readonly kind: AttackKind;
  /** of `changed` */
  readonly column?: string;
  readonly name: string;
  /** False where the schema cannot hold it. */
  run(writer: DatabaseWriter): Promise<boolean>;
}

const keyOf = ({ key }: Table, row: Row): string => key.map((column) => JSON.stringify(row[column])).join('/');

const text = (value: unknown): string => `${typeof value === 'string' ? value : ''}x`;

/** Another value of the column's type: one that another row has, if there is one, and else a made one. */
const otherValue = ({ name, type }: Column, value: unknown, others: readonly Row[]): unknown => {
  const taken = others.map((row) => row[name]).find((other) => other !== null && !isDeepStrictEqual(other, value));
  if (taken !== undefined) return taken;
  switch (type) {
    case 'bool':
      return value !== true;
    case 'int4':
    case 'int8':
      return Number(value ?? 0) + 1;
    case 'uuid':
      return randomUUID();
    case 'timestamptz':
      return value === null
        ? '2001-01-01T00:00:00Z'
        : new Date(Date.parse(typeof value === 'string' ? value : '') + 86_400_000).toISOString();
    case 'jsonb':
      return value === null ? {} : { changed: value };
    case '_text':
      return ['planted'];
    case 'bytea':
      return '\\x00';
    default:
      return name === 'role' ? (value === 'admin' ? 'user' : 'admin') : text(value ?? 'x');
  }
};

const withNewKey = ({ key, columns }: Table, row: Row): Row => {
  const last = columns.find(({ name }) => name === key.at(-1));
  if (last === undefined) return row;
  const value = row[last.name];
  const next = last.type === 'uuid' ? randomUUID() : typeof value === 'number' ? value + 1_000 : text(value);
  return { ...row, [last.name]: next };
};

/** Each thing that one statement can do to the rows of a table. `earlier`: the table before some changes. */
export const attacksOn = (now: TableImage, earlier: TableImage): Attack[] => {
  const { table, rows } = now;
  const put = (row: Row) => async (writer: DatabaseWriter) => {
    await writer.put(table, row);
    return true;
  };
  const changed = table.columns.flatMap((column) =>
    rows.map((row): Attack => {
      const others = rows.filter((other) => other !== row);
      const isKey = table.key.includes(column.name);
      const edited = { ...row, [column.name]: otherValue(column, row[column.name], others) };
      return {
        ...{ table: table.name, kind: 'changed', column: column.name, name: `${column.name} of ${keyOf(table, row)}` },
        run: async (writer) => {
          if (isKey) await writer.remove(table, row);
          return put(edited)(writer);
        },
      };
    }),
  );
  const current = new Map(rows.map((row) => [keyOf(table, row), row]));
  const putBack = earlier.rows
    .filter((row) => !isDeepStrictEqual(row, current.get(keyOf(table, row))))
    .map((row): Attack => ({ table: table.name, kind: 'put back', name: keyOf(table, row), run: put(row) }));
  const moved = rows.slice(1).map((row, index): Attack => {
    const other = rows[index] ?? row;
    const key = Object.fromEntries(table.key.map((column) => [column, row[column]]));
    return {
      ...{ table: table.name, kind: 'moved', name: `${keyOf(table, other)} to ${keyOf(table, row)}` },
      run: async (writer) => {
        await writer.remove(table, other);
        return put({ ...other, ...key })(writer);
      },
    };
  });
  const removed = rows.map((row): Attack => ({
    ...{ table: table.name, kind: 'removed', name: keyOf(table, row) },
    run: async (writer) => {
      await writer.remove(table, row);
      return true;
    },
  }));
  const planted = rows.map((row): Attack => ({
    ...{ table: table.name, kind: 'planted', name: `like ${keyOf(table, row)}` },
    run: put(withNewKey(table, row)),
  }));
  return [...changed, ...putBack, ...moved, ...removed, ...planted];
};

/** Every table as it was. */
export const wholeOlderDatabase = (earlier: readonly TableImage[]): Attack => ({
  ...{ table: 'all', kind: 'whole older database', name: 'all' },
  run: async (writer) => {
    for (const { table, rows } of earlier) {
      await writer.empty(table);
      for (const row of rows) await writer.put(table, row);
    }
    return true;
  },
});
