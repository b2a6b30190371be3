import { rowsOf } from '@secret-store/db';
import type { SetEntry } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';

/** Sealed values of the internal provider, by provider key. Nothing in them is believed: the set has the hash of each. */
export type RecordsByKey = Readonly<Record<string, unknown>>;

/** Keys and versions of the internal values that a set names, in one order. */
export const wantedRecords = (
  secrets: readonly SetEntry[],
): { readonly keys: readonly string[]; readonly versions: readonly number[] } => {
  const internal = secrets.filter((entry) => entry.sealedHash !== null);
  return { keys: internal.map((entry) => entry.providerKey), versions: internal.map((entry) => entry.version) };
};

/** A select of them as one JSON object; null where there are none. @param keys, versions places of the parameters */
export const selectRecords = (keys: string, versions: string): string =>
  `SELECT json_object_agg(value."providerKey", value.record) FROM internal_sealed_value AS value
   JOIN unnest(${keys}::text[], ${versions}::int[]) AS wanted (key, version)
     ON value."providerKey" = wanted.key AND value.version = wanted.version`;

export const readRecords = async (
  { db }: Pick<Dependencies, 'db'>,
  secrets: readonly SetEntry[],
): Promise<RecordsByKey> => {
  const { keys, versions } = wantedRecords(secrets);
  const [row] = await rowsOf<{ readonly records: RecordsByKey | null }>(db.pool, {
    text: `SELECT (${selectRecords('$1', '$2')}) AS records`,
    values: [keys, versions],
  });
  return row?.records ?? {};
};
