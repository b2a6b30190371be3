import type { ClientBase } from 'pg';
import { SealingError, setHash } from '@secret-store/sealing';
import { rowDigest } from '../rows/row-digest.ts';
import { rowId, type RowKind, rowKindNames, rowKinds, type Rows } from '../rows/row-kinds.ts';
import type { RowMemory } from '../rows/row-memory.ts';
import type { RowProblem } from '../rows/row-refused.ts';
import { selection } from '../rows/row-statements.ts';

/** A row that is not what the audit says. */
export interface RowFinding {
  readonly kind: string;
  readonly id: string;
  readonly problem: RowProblem;
}

export interface RowComparison {
  readonly client: ClientBase;
  /** as the audit gives it, with the events on their way into it */
  readonly memory: RowMemory;
  /** of row digests */
  readonly key: Uint8Array;
  readonly onRow: () => void;
  readonly onFinding: (finding: RowFinding) => void;
}

const pageSize = 1_000;

/** Compares every row that decides, and the newest set of each algorithm, with what the audit says of them. */
export const compareRows = async (comparison: RowComparison): Promise<void> => {
  for (const kind of rowKindNames) await compareKind(comparison, kind);
  await compareSets(comparison);
};

const compareKind = async <Kind extends RowKind>(comparison: RowComparison, kind: Kind): Promise<void> => {
  const { client, memory, key } = comparison;
  const text = `SELECT ${selection(kind)} FROM "${rowKinds[kind].table}"`;
  const seen = new Set<string>();
  for await (const row of rowsOf<Rows[Kind] & Record<string, unknown>>(client, text)) {
    comparison.onRow();
    const id = rowId(kind, row);
    seen.add(id);
    const held = memory.find(kind, id);
    if (held === null) comparison.onFinding({ kind, id, problem: 'unknown' });
    else if (held.digest !== rowDigest(key, { kind, id, version: held.version, row })) {
      comparison.onFinding({ kind, id, problem: 'changed' });
    }
  }
  tellMissing(comparison, kind, seen);
};

interface SetRow {
  readonly algorithmId: string;
  readonly number: number;
  readonly envelope: unknown;
}

const compareSets = async (comparison: RowComparison): Promise<void> => {
  const { client, memory } = comparison;
  const text = `SELECT DISTINCT ON ("algorithmId") "algorithmId", number, envelope FROM signed_set
    ORDER BY "algorithmId", number DESC`;
  const seen = new Set<string>();
  for await (const { algorithmId: id, number, envelope } of rowsOf<SetRow & Record<string, unknown>>(client, text)) {
    comparison.onRow();
    seen.add(id);
    if (memory.isLiving('set', id, number, hashOf(envelope) ?? '')) continue;
    const held = memory.find('set', id);
    const problem = held === null || number > held.version ? 'unknown' : number < held.version ? 'missing' : 'changed';
    comparison.onFinding({ kind: 'set', id, problem });
  }
  tellMissing(comparison, 'set', seen);
};

const tellMissing = ({ memory, onFinding }: RowComparison, kind: string, seen: ReadonlySet<string>): void => {
  for (const { id } of memory.living(kind)) {
    if (!seen.has(id)) onFinding({ kind, id, problem: 'missing' });
  }
};

const hashOf = (envelope: unknown): string | null => {
  try {
    return setHash(envelope);
  } catch (error) {
    if (error instanceof SealingError) return null;
    throw error;
  }
};

/** Some at a time: a table can be larger than the memory. The connection is in a transaction. */
const rowsOf = async function* <Row extends Record<string, unknown>>(
  client: ClientBase,
  text: string,
): AsyncGenerator<Row, void> {
  await client.query(`DECLARE compared NO SCROLL CURSOR FOR ${text}`);
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH ${pageSize} FROM compared`);
    yield* rows;
    if (rows.length < pageSize) break;
  }
  await client.query('CLOSE compared');
};
