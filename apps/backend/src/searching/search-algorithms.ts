import type { Actor, AlgorithmSearchPage, AlgorithmSearchQuery } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { canAccessAlgorithm, visibleAlgorithms } from '../accounts/permissions.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { searchPattern } from './search-pattern.ts';

const size = 20;
const variablesMaximum = 3;

interface Found extends Omit<Rows['algorithm'], never> {
  readonly total: number;
  readonly secrets: number;
  readonly modified: Date;
  readonly variables: readonly string[] | null;
}

const orders = { name: 'a.owner, a.name', modified: 'modified DESC, a.owner, a.name' } as const;

const statement = (order: string): string => `
  SELECT a.*, count(*) OVER ()::int AS total,
    (SELECT count(*) FROM secret s WHERE s."algorithmId" = a.id)::int AS secrets,
    coalesce((SELECT max(s."updatedAt") FROM secret s WHERE s."algorithmId" = a.id), a."createdAt") AS modified,
    CASE WHEN $1 = '%' THEN NULL ELSE (
      SELECT (array_agg(s."environmentVariable" ORDER BY s."environmentVariable"))[1:${variablesMaximum}]
      FROM secret s WHERE s."algorithmId" = a.id AND s."environmentVariable" ILIKE $1) END AS variables
  FROM algorithm a
  WHERE ($2::text[] IS NULL OR a.owner = ANY($2) OR a.id = ANY($4::uuid[]))
    AND ($5::text IS NULL OR a.owner = $5) AND ($1 = '%' OR a.owner || '/' || a.name ILIKE $1 OR EXISTS (
    SELECT FROM secret s WHERE s."algorithmId" = a.id AND s."environmentVariable" ILIKE $1))
  ORDER BY ${order} LIMIT ${size} OFFSET $3::int`;

/** A page of the algorithms that the person may see. */
export const searchAlgorithms = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  { search, owner, sort, page }: AlgorithmSearchQuery,
): Promise<AlgorithmSearchPage> => {
  const { owners = null, ids = [] } = visibleAlgorithms(actor) ?? {};
  const values = [searchPattern(search), owners, (page - 1) * size, ids, owner ?? null];
  const found = await rowsOf<Found>(db.pool, { text: statement(orders[sort]), values });
  const beside = new Map(found.map((row) => [row.id, row]));
  const rows = found.map(({ total: _, secrets: _of, modified: _at, variables: _names, ...row }) => row);
  const results = (await ledger.genuineAll('algorithm', rows)).flatMap(({ id, owner: of, name }) => {
    const row = beside.get(id);
    if (row === undefined || !canAccessAlgorithm(actor, row, 'algorithms.read')) return [];
    const { secrets, modified, variables } = row;
    return [{ id, owner: of, name, secrets, modified: modified.toISOString(), variables: [...(variables ?? [])] }];
  });
  return { results, total: found[0]?.total ?? 0, size };
};
