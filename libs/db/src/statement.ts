import type { Queryable } from './transaction.ts';

/** A statement and its parameters. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

const names = new Map<string, string>();

/** The statement with a name of its own, so that each connection parses and plans its text once. */
export const named = ({ text, values }: Statement) => {
  const name = names.get(text) ?? `statement-${names.size}`;
  names.set(text, name);
  return { name, text, values: [...values] };
};

/** The rows that a statement gives. */
export const rowsOf = async <Row extends object>(database: Queryable, statement: Statement): Promise<readonly Row[]> =>
  (await database.query<Row & Record<string, unknown>>(named(statement))).rows;

/**
 * Several writes as one statement, so that they cost one round trip. All see the tables as they were before, in no order: no two
 * of them may touch the same row. Foreign keys are checked when all are done.
 */
export const together = (statements: readonly Statement[]): Statement => {
  const [only] = statements;
  if (only !== undefined && statements.length === 1) return only;
  const values: unknown[] = [];
  const parts = statements.map((statement, index) => {
    const before = values.length;
    values.push(...statement.values);
    const text = statement.text.replaceAll(/\$(\d+)/g, (_, place: string) => `$${before + Number(place)}`);
    return `part_${index} AS (${text})`;
  });
  return { text: `WITH ${parts.join(', ')} SELECT`, values };
};
