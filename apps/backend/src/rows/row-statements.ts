import type { Statement } from '@secret-store/db';
import { rowKinds, type RowKind, type Rows } from './row-kinds.ts';

const columnOf = (kind: RowKind, field: string): { readonly name: string; readonly type: string } => {
  const { columns, undecided } = rowKinds[kind];
  const column = new Map<string, string>(Object.entries(columns)).get(field) ?? undecided[field]?.[0];
  if (column === undefined) throw new Error(`rows of the kind ${kind} have no column ${field}`);
  const [type = '', name = field] = column.split(' ');
  return { name, type };
};

const quoted = (name: string): string => `"${name}"`;

/** What to select of a table, or of its alias, to read rows of the kind; `prefix` stands before each field's name. */
export const selection = (kind: RowKind, alias = quoted(rowKinds[kind].table), prefix = ''): string =>
  Object.keys(rowKinds[kind].columns)
    .map((field) => `${alias}.${quoted(columnOf(kind, field).name)} AS ${quoted(`${prefix}${field}`)}`)
    .join(', ');

/** The row of this kind in what was selected with this prefix; null where an outer join found none. */
export const rowWithin = <Kind extends RowKind>(
  kind: Kind,
  selected: Readonly<Record<string, unknown>>,
  prefix: string,
): Rows[Kind] | null => {
  const { columns, key } = rowKinds[kind];
  if (key.every((field) => selected[`${prefix}${field}`] === null)) return null;
  // the columns are those of the kind
  return Object.fromEntries(
    Object.keys(columns).map((field) => [field, selected[`${prefix}${field}`]]),
  ) as unknown as Rows[Kind];
};

const encoded = (type: string, value: unknown): unknown => {
  if (value === null || value === undefined) return null;
  if (type === 'jsonb') return JSON.stringify(value);
  return value instanceof Date ? value.toISOString() : value;
};

const assignments = (kind: RowKind, row: object) =>
  Object.entries(row)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => {
      const { name, type } = columnOf(kind, field);
      return { name: quoted(name), type, value: encoded(type, value) };
    });

/** The values of the primary key. */
const partsOf = (kind: RowKind, id: string): readonly string[] => {
  const { key } = rowKinds[kind];
  const parts = key.length === 1 ? [id] : id.split('/');
  if (parts.length !== key.length) throw new Error(`${id} does not name a row of the kind ${kind}`);
  return parts;
};

const keyCondition = (kind: RowKind, id: string, first: number): Statement => {
  const { key } = rowKinds[kind];
  const parts = partsOf(kind, id);
  const conditions = key.map((field, index) => {
    const { name, type } = columnOf(kind, field);
    return `${quoted(name)} = $${first + index}::${type}`;
  });
  return { text: conditions.join(' AND '), values: parts };
};

const selections = new Map<string, string>();

export const selectRow = (kind: RowKind, id: string, { forUpdate = false } = {}): Statement => {
  const { text, values } = keyCondition(kind, id, 1);
  const lock = forUpdate ? ' FOR UPDATE' : '';
  const key = `${kind}${lock}`;
  const known =
    selections.get(key) ?? `SELECT ${selection(kind)} FROM ${quoted(rowKinds[kind].table)} WHERE ${text}${lock}`;
  selections.set(key, known);
  return { text: known, values };
};

/** Rows whose fields have these values. */
export const selectRows = (kind: RowKind, where: Readonly<Record<string, unknown>>): Statement => {
  const columns = assignments(kind, where);
  const conditions = columns.map(({ name, type }, index) => `${name} = $${index + 1}::${type}`);
  return {
    text: `SELECT ${selection(kind)} FROM ${quoted(rowKinds[kind].table)} WHERE ${conditions.join(' AND ')}`,
    values: columns.map(({ value }) => value),
  };
};

export const insertRow = (kind: RowKind, row: object, undecided: object = {}): Statement => {
  const columns = assignments(kind, { ...row, ...undecided });
  const names = columns.map(({ name }) => name).join(', ');
  const parameters = columns.map(({ type }, index) => `$${index + 1}::${type}`).join(', ');
  return {
    text: `INSERT INTO ${quoted(rowKinds[kind].table)} (${names}) VALUES (${parameters})`,
    values: columns.map(({ value }) => value),
  };
};

export const updateRow = (kind: RowKind, id: string, patch: object): Statement => {
  const columns = assignments(kind, patch);
  const condition = keyCondition(kind, id, columns.length + 1);
  const sets = columns.map(({ name, type }, index) => `${name} = $${index + 1}::${type}`).join(', ');
  return {
    text: `UPDATE ${quoted(rowKinds[kind].table)} SET ${sets} WHERE ${condition.text}`,
    values: [...columns.map(({ value }) => value), ...condition.values],
  };
};

/** Gives back the rows as they were. */
export const deleteRows = (kind: RowKind, ids: readonly string[]): Statement => {
  const { key, table } = rowKinds[kind];
  const columns = key.map((field) => columnOf(kind, field));
  const names = columns.map(({ name }) => quoted(name)).join(', ');
  const given = columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ');
  return {
    text: `DELETE FROM ${quoted(table)} WHERE (${names}) IN (SELECT * FROM unnest(${given})) RETURNING ${selection(kind)}`,
    values: columns.map((_, index) => ids.map((id) => partsOf(kind, id)[index])),
  };
};
