import type { ConfigurationField, Pair } from './configuration-pairs.ts';

export interface FieldRow {
  readonly pair: Pair;
  readonly field: ConfigurationField;
  /** another row sets this key */
  readonly isGivenElsewhere: boolean;
}

export interface ArrangedPairs {
  /** in the module's order: required keys, keys declared among them, and stored ones */
  readonly main: readonly FieldRow[];
  readonly optional: readonly FieldRow[];
  /** typed by hand, or stored but not declared by the module */
  readonly further: readonly Pair[];
}

export interface FieldGroup {
  /** null: the module names none */
  readonly name: string | null;
  readonly rows: readonly FieldRow[];
}

/** Rows with the same heading together, in the order in which the module names the first of each. */
export const groupsOf = (rows: readonly FieldRow[]): readonly FieldGroup[] => {
  const groups = new Map<string | null, FieldRow[]>();
  for (const row of rows) {
    const name = row.field.group ?? null;
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups].map(([name, together]) => ({ name, rows: together }));
};

/** The order in which rows are shown: the generated form first, free pairs below it. */
export const arrangePairs = (pairs: readonly Pair[], fields: readonly ConfigurationField[]): ArrangedPairs => {
  const lastRequired = fields.findLastIndex(({ required }) => required === true);
  const rowOf = (field: ConfigurationField): FieldRow | null => {
    const pair = pairs.find(({ key, origin }) => key === field.key && origin !== 'typed');
    if (!pair) return null;
    const isGivenElsewhere =
      pair.value === '' &&
      pairs.some(({ id, key, value }) => id !== pair.id && key.trim() === field.key && value !== '');
    return { pair, field, isGivenElsewhere };
  };
  const main: FieldRow[] = [];
  const optional: FieldRow[] = [];
  for (const [index, field] of fields.entries()) {
    const row = rowOf(field);
    if (row) (index <= lastRequired || row.pair.origin === 'stored' ? main : optional).push(row);
  }
  const shown = new Set([...main, ...optional].map(({ pair }) => pair.id));
  return { main, optional, further: pairs.filter(({ id }) => !shown.has(id)) };
};
