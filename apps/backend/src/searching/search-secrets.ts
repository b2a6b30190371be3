import type { Actor, SecretSearchPage, SecretSearchQuery } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { z } from 'zod';
import { canAccessAlgorithm, visibleAlgorithms } from '../accounts/permissions.ts';
import type { Dependencies } from '../dependencies.ts';
import { pageMarker, readLimit, readPageMarker } from '../paging.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { describeSecret } from '../secrets/commits/describe-secret.ts';
import { searchPattern } from './search-pattern.ts';

/** Variable and id of the last secret of a page. */
const Place = z.tuple([z.string(), z.uuid()]);

const matching = `FROM secret s JOIN algorithm a ON a.id = s."algorithmId"
  WHERE ($1::text[] IS NULL OR a.owner = ANY($1) OR a.id = ANY($4::uuid[])) AND ($2::uuid IS NULL OR s."providerId" = $2) AND ($3 = '%' OR
    s."environmentVariable" ILIKE $3 OR s."shortName" ILIKE $3 OR a.owner || '/' || a.name ILIKE $3)`;

/** One page of the secrets of all algorithms that the person may see, by variable. */
export const searchSecrets = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  query: SecretSearchQuery,
): Promise<SecretSearchPage> => {
  const { db, ledger } = deps;
  const limit = readLimit(query.limit);
  const visible = visibleAlgorithms(actor);
  const values = [visible?.owners ?? null, query.provider_id ?? null, searchPattern(query.search), visible?.ids ?? []];
  const after = query.marker === undefined ? [null, null] : readPageMarker(Place, query.marker);
  const [counted] = await rowsOf<{ readonly total: number }>(db.pool, {
    text: `SELECT count(*)::int AS total ${matching}`,
    values,
  });
  const found = await rowsOf<Rows['secret']>(db.pool, {
    text: `SELECT s.* ${matching} AND ($5::text IS NULL OR (s."environmentVariable", s.id) > ($5, $6::uuid))
      ORDER BY s."environmentVariable", s.id LIMIT $7::int`,
    values: [...values, ...after, limit + 1],
  });
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const marker = found.length > limit && last !== undefined ? pageMarker([last.environmentVariable, last.id]) : null;
  const secrets = await ledger.genuineAll('secret', page);
  const algorithms = new Map((await algorithmsOf(deps, secrets)).map((algorithm) => [algorithm.id, algorithm]));
  const results = secrets.flatMap((secret) => {
    const algorithm = algorithms.get(secret.algorithmId);
    if (algorithm === undefined || !canAccessAlgorithm(actor, algorithm, 'algorithms.read')) return [];
    const { id, owner: of, name } = algorithm;
    return [{ ...describeSecret(secret), algorithm: { id, owner: of, name } }];
  });
  return { results, total: counted?.total ?? 0, marker };
};

const algorithmsOf = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  secrets: readonly Rows['secret'][],
): Promise<readonly Rows['algorithm'][]> => {
  const ids = [...new Set(secrets.map(({ algorithmId }) => algorithmId))];
  return ledger.genuineAll('algorithm', await db.prisma.algorithm.findMany({ where: { id: { in: ids } } }));
};
