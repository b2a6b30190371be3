import type { Statement } from '@secret-store/db';
import { type SealedRecord, sealedRecordSchema } from '@secret-store/sealing';
import { placeKey, type ValuePlace } from './pending/sealed-places.ts';

interface StoredRow {
  readonly secretId: string;
  readonly version: number;
  readonly record: unknown;
}

type Read = <Row extends object>(statement: Statement) => Promise<readonly Row[]>;

/** The sealed values as they are stored, by place; what is not a sealed record is left out. Nothing in them is believed. */
export const storedValues = async (
  read: Read,
  places: readonly ValuePlace[],
): Promise<ReadonlyMap<string, SealedRecord>> => {
  const rows = await read<StoredRow>({
    text: `SELECT value."providerKey" AS "secretId", value.version, value.record FROM internal_sealed_value AS value
      JOIN unnest($1::text[], $2::int[]) AS wanted (key, version)
        ON value."providerKey" = wanted.key AND value.version = wanted.version`,
    values: [places.map(({ secretId }) => secretId), places.map(({ version }) => version)],
  });
  const found = new Map<string, SealedRecord>();
  for (const { secretId, version, record } of rows) {
    const parsed = sealedRecordSchema.safeParse(record);
    if (parsed.success) found.set(placeKey({ kind: 'value', algorithmId: '', secretId, version }), parsed.data);
  }
  return found;
};

/** Puts records in the place of others. */
export const replaceValues = (
  records: readonly { readonly place: ValuePlace; readonly record: SealedRecord }[],
): Statement => ({
  text: `UPDATE internal_sealed_value AS value SET record = given.record
    FROM unnest($1::text[], $2::int[], $3::jsonb[]) AS given (key, version, record)
    WHERE value."providerKey" = given.key AND value.version = given.version`,
  values: [
    records.map(({ place }) => place.secretId),
    records.map(({ place }) => place.version),
    records.map(({ record }) => JSON.stringify(record)),
  ],
});
