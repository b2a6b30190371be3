import type { Actor, ListedSecret, SecretsPage, SecretsPageQuery } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { describeSecret } from '../secrets/commits/describe-secret.ts';
import { searchPattern } from './search-pattern.ts';

const size = 50;

/** Numbers in a text in the order of their size: KEY_9 before KEY_10. */
const natural = (column: string): string => String.raw`regexp_replace(
  regexp_replace(lower(${column}), '\d+', '00000000000000000000\&', 'g'), '\d*(\d{20})(?!\d)', '\1', 'g')`;

const byVariable = `${natural('s."environmentVariable"')}, s.id`;
const orders: Readonly<Record<SecretsPageQuery['order'], string>> = {
  variable: byVariable,
  name: `${natural('s."shortName"')}, s.id`,
  provider: `(SELECT lower(p.name) FROM provider p WHERE p.id = s."providerId"), ${byVariable}`,
  updated: `s."updatedAt" DESC, ${byVariable}`,
};

const isMatch = `($2 = '%' OR s."environmentVariable" ILIKE $2 OR s."shortName" ILIKE $2 OR s.description ILIKE $2)
  AND ($3::uuid IS NULL OR s."providerId" = $3) AND ($4::uuid IS NULL OR (s.reference IS NULL AND s."valueId" <= $4))`;

const counts = `SELECT count(*)::int AS "ofAlgorithm", (count(*) FILTER (WHERE ${isMatch}))::int AS total,
  coalesce(array_agg(DISTINCT s."providerId"::text), '{}') AS "providerIds" FROM secret s WHERE s."algorithmId" = $1::uuid`;

const pageIn = (order: string): string => `SELECT s.* FROM secret s WHERE s."algorithmId" = $1::uuid AND ${isMatch}
  ORDER BY ${order} LIMIT ${size} OFFSET $5::int`;

/** Of what people did: what the store does itself changes no value. */
const changes = `SELECT DISTINCT ON ("subjectId") "subjectId" AS id, "actorName" AS name FROM audit_event
  WHERE "subjectId" = ANY($1::text[]) AND "actorType" = 'user'
    AND action IN ('secret.create', 'secret.refer', 'secret.update', 'secret.describe')
  ORDER BY "subjectId", sequence DESC`;

type Counts = Pick<SecretsPage, 'ofAlgorithm' | 'total' | 'providerIds'>;

/** One page of the secrets of an algorithm, for those who may read it: an algorithm can have thousands. */
export const listSecretsPage = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  algorithmId: string,
  { search, providerId, unchangedSince, order, page: wanted }: SecretsPageQuery,
): Promise<SecretsPage> => {
  const { id } = await authorisedAlgorithm(deps, actor, 'algorithms.read', { id: algorithmId });
  const values = [
    id,
    searchPattern(search),
    providerId ?? null,
    unchangedSince === undefined ? null : newestUntil(unchangedSince),
  ];
  const [counted] = await rowsOf<Counts>(deps.db.pool, { text: counts, values });
  const { ofAlgorithm, total, providerIds } = counted ?? { ofAlgorithm: 0, total: 0, providerIds: [] };
  const page = Math.min(wanted, Math.max(1, Math.ceil(total / size)));
  const rows = await rowsOf<Rows['secret']>(deps.db.pool, {
    text: pageIn(orders[order]),
    values: [...values, (page - 1) * size],
  });
  const secrets = await deps.ledger.genuineAll('secret', rows);
  const changedBy = await whoChanged(deps, secrets);
  const results = secrets.map((secret): ListedSecret => ({
    ...describeSecret(secret),
    reference: secret.reference,
    changedBy: changedBy.get(secret.id) ?? null,
  }));
  return { results, page, size, total, ofAlgorithm, providerIds };
};

/** The highest id of a value of that time, since ids begin with the milliseconds of their making. */
const newestUntil = (time: string): string => {
  const hex = Math.max(0, Date.parse(time)).toString(16).padStart(12, '0').slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-ffff-ffff-ffffffffffff`;
};

const whoChanged = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  secrets: readonly Rows['secret'][],
): Promise<ReadonlyMap<string, string | null>> => {
  if (secrets.length === 0) return new Map();
  // what was changed a moment ago is in the chain when it is read
  await ledger.flush();
  const found = await rowsOf<{ readonly id: string; readonly name: string | null }>(db.pool, {
    text: changes,
    values: [secrets.map(({ id }) => id)],
  });
  return new Map(found.map(({ id, name }) => [id, name]));
};
