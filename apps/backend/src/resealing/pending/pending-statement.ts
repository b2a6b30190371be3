import type { Statement } from '@secret-store/db';
import type { Dependencies } from '../../dependencies.ts';

/** Which sealed records are looked at. */
export type PendingScope =
  /** that run in this algorithm: its values, and the configurations of its providers */
  | { readonly algorithmId: string }
  /** that one of these keys opens */
  | { readonly keyIds: readonly string[] }
  | { readonly everything: true };

type StatementDependencies = Pick<Dependencies, 'keys' | 'ledger' | 'pools'>;

const keyIdsOf = (record: string): string => `jsonb_path_query_array(${record}, '$.recipients[*].keyId')`;

/** Whether two arrays of key ids name the same keys, in any order. */
const differ = (one: string, other: string): string => `NOT (${one} @> ${other} AND ${other} @> ${one})`;

const runsIn = (algorithm: string): string =>
  `(pool.id = ${algorithm}."poolId" OR ${algorithm}."otherPools" @> to_jsonb(pool.id::text))`;

/**
 * Records that are not sealed to exactly the current keys of the pools that use them and the root's. Rows say which pools those
 * are, so this finds what is worth a look, and decides nothing. $1: id and current key of each pool; $2: the root's key, in an array;
 * $3: the store's first pool; $4: only of this algorithm, where it is given; $5: only what one of these keys opens, where they are given.
 */
const pendingRecords = `
  pool AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS pool (id uuid, "keyId" text)),
  algorithm_keys AS (
    SELECT algorithm.id, jsonb_agg(pool."keyId") || $2::jsonb AS keys
    FROM algorithm JOIN pool ON ${runsIn('algorithm')}
    WHERE $4::uuid IS NULL OR algorithm.id = $4::uuid
    GROUP BY algorithm.id
  ),
  provider_keys AS (
    SELECT provider.*, (
      SELECT jsonb_agg(pool."keyId") || $2::jsonb FROM pool
      WHERE pool.id = $3::uuid OR EXISTS (
        SELECT FROM secret JOIN algorithm ON algorithm.id = secret."algorithmId"
        WHERE secret."providerId" = provider.id AND ${runsIn('algorithm')}
      )
    ) AS keys
    FROM provider
    WHERE provider."activeNumber" IS NOT NULL AND ($4::uuid IS NULL OR EXISTS (
      SELECT FROM secret WHERE secret."providerId" = provider.id AND secret."algorithmId" = $4::uuid
    ))
  ),
  pending AS (
    SELECT 'value' AS kind, algorithm_keys.id AS "ownerId", value."providerKey" AS "secretId", value.version AS number,
      NULL AS part, value.record, sealed.keys AS "sealedTo"
    FROM algorithm_keys
    JOIN secret ON secret."algorithmId" = algorithm_keys.id
    JOIN internal_sealed_value AS value ON value."providerKey" = secret.id::text
    CROSS JOIN LATERAL (SELECT ${keyIdsOf('value.record')} AS keys) AS sealed
    WHERE ${differ('sealed.keys', 'algorithm_keys.keys')}
    UNION ALL
    SELECT 'configuration', provider_keys.id, NULL, version.number, configuration.part, configuration.record, sealed.keys
    FROM provider_keys
    JOIN provider_version AS version ON version."providerId" = provider_keys.id AND version.number
      IN (provider_keys."activeNumber", provider_keys."previousNumber", provider_keys."candidateNumber")
    CROSS JOIN LATERAL (
      VALUES ('shared', version.sealed), ('workers', version."sealedForWorkers")
    ) AS configuration (part, record)
    CROSS JOIN LATERAL (SELECT ${keyIdsOf('configuration.record')} AS keys) AS sealed
    WHERE configuration.record IS NOT NULL AND ${differ('sealed.keys', 'provider_keys.keys')}
  ),
  found AS (SELECT * FROM pending WHERE $5::text[] IS NULL OR "sealedTo" ?| $5::text[])`;

/** A select over `found`, which has the pending records of the scope. @param more values for the places from $6 on */
export const overPending = async (
  deps: StatementDependencies,
  scope: PendingScope,
  select: string,
  more: readonly unknown[] = [],
): Promise<Statement> => ({
  text: `WITH ${pendingRecords} ${select}`,
  values: [
    JSON.stringify(await currentKeys(deps)),
    JSON.stringify([deps.keys.root.recipient.keyId]),
    deps.pools.firstPoolId,
    'algorithmId' in scope ? scope.algorithmId : null,
    'keyIds' in scope ? scope.keyIds : null,
    ...more,
  ],
});

/** By which records are compared: of each pool that may be sealed to, its id and its current key. */
export const currentKeys = async ({ ledger, pools }: StatementDependencies) => {
  const keys: { readonly id: string; readonly keyId: string }[] = [];
  for (const { id } of ledger.memory.living('pool')) {
    const log = await pools.log(id);
    if (log?.isAdmitted === true && log.currentKey !== null) keys.push({ id, keyId: log.currentKey.keyId });
  }
  return keys;
};
