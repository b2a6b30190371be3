import type { Actor, SecretSearchPage, SecretSearchQuery } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { z } from 'zod';
import { can, canAccessAlgorithmsOf } from '../accounts/permissions.ts';
import type { Dependencies } from '../dependencies.ts';
import { pageMarker, readLimit, readPageMarker } from '../paging.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { describeSecret } from '../secrets/commits/describe-secret.ts';
import { searchPattern } from './search-pattern.ts';

/** Variable and id of the last secret of a page. */
const Place = z.tuple([z.string(), z.uuid()]);

const matching = `FROM secret s JOIN algorithm a ON a.id = s."algorithmId"
  WHERE ($1::text IS NULL OR a.owner = $1) AND ($2::uuid IS NULL OR s."providerId" = $2) AND ($3 = '%' OR
    s."environmentVariable" ILIKE $3 OR s."shortName" ILIKE $3 OR a.owner || '/' || a.name ILIKE $3)`;

/** One page of the secrets of all algorithms that the person may see, by variable. */
export const searchSecrets = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  query: SecretSearchQuery,
): Promise<SecretSearchPage> => {
  const { db, ledger } = deps;
  const limit = readLimit(query.limit);
  const owner = can(actor, 'algorithms.read') ? null : actor.username;
  const values = [owner, query.provider_id ?? null, searchPattern(query.search)];
  const after = query.marker === undefined ? [null, null] : readPageMarker(Place, query.marker);
  const [counted] = await rowsOf<{ readonly total: number }>(db.pool, {
    text: `SELECT count(*)::int AS total ${matching}`,
    values,
  });
  const found = await rowsOf<Rows['secret']>(db.pool, {
    text: `SELECT s.* ${matching} AND ($4::text IS NULL OR (s."environmentVariable", s.id) > ($4, $5::uuid))
      ORDER BY s."environmentVariable", s.id LIMIT $6::int`,
    values: [...values, ...after, limit + 1],
  });
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const marker = found.length > limit && last !== undefined ? pageMarker([last.environmentVariable, last.id]) : null;
  const secrets = await ledger.genuineAll('secret', page);
  const algorithms = new Map((await algorithmsOf(deps, secrets)).map((algorithm) => [algorithm.id, algorithm]));
  const results = secrets.flatMap((secret) => {
    const algorithm = algorithms.get(secret.algorithmId);
    if (algorithm === undefined || !canAccessAlgorithmsOf(actor, algorithm.owner, 'algorithms.read')) return [];
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
