import { type Queryable, rowsOf } from '@secret-store/db';
import type { SealedValueStore } from '@secret-store/provider-internal';
import { type SealedRecord, sealedRecordHash, sealedRecordSchema, type SetEntry } from '@secret-store/sealing';
import type { Change } from '../ledger/change.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { olderHashes, rememberOlder } from '../ledger/older-values.ts';

interface StoredRecord {
  readonly version: number;
  readonly record: unknown;
  readonly createdAt: Date;
}

/** Sealed values in the database. */
export const sealedValueStore = (database: Queryable): SealedValueStore<SealedRecord> => {
  const latest = async (providerKey: string) => {
    const [row] = await rowsOf<StoredRecord>(database, {
      text: `SELECT version, record, "createdAt" FROM internal_sealed_value WHERE "providerKey" = $1
        ORDER BY version DESC LIMIT 1`,
      values: [providerKey],
    });
    return row ?? null;
  };
  return {
    insert: async ({ providerKey, version, sealed }) => {
      await rowsOf(database, insertion(providerKey, version, sealed));
    },
    find: async (providerKey, version) => {
      const [row] = await rowsOf<StoredRecord>(database, {
        text: 'SELECT version, record, "createdAt" FROM internal_sealed_value WHERE "providerKey" = $1 AND version = $2::int',
        values: [providerKey, version],
      });
      return row === undefined ? null : sealedRecordSchema.parse(row.record);
    },
    latest: async (providerKey) => {
      const row = await latest(providerKey);
      return row && { version: row.version, sealed: sealedRecordSchema.parse(row.record), createdAt: row.createdAt };
    },
    latestVersion: async (providerKey) => (await latest(providerKey))?.version ?? null,
    remove: async (providerKey) => (await rowsOf(database, removal([providerKey]))).length > 0,
  };
};

/** Of each secret, the current one included. */
export const keptVersions = 10;

/** The sealed value of one secret, stored within a change. */
export interface ChangedValue {
  readonly store: SealedValueStore<SealedRecord>;
  /** of what was stored: the set names it */
  readonly hash: string | null;
}

const notInChange = (): never => {
  throw new Error('within a change, sealed values are only stored');
};

/** The current value of a secret, as it was signed. */
export type SignedValue = Pick<SetEntry, 'version' | 'sealedHash'>;

/**
 * Within one change. The signed set says which version is the newest: no other that is stored counts for anything. What is replaced is
 * remembered by its hash.
 * @param signed null for a new secret
 */
export const changedValue = (
  ledger: Pick<Ledger, 'memory'>,
  change: Change,
  signed: SignedValue | null,
): ChangedValue => {
  const changed: { store: SealedValueStore<SealedRecord>; hash: string | null } = {
    hash: null,
    store: {
      insert: async ({ providerKey, version, sealed }) => {
        changed.hash = sealedRecordHash(sealed);
        if (signed !== null) rememberReplaced(ledger, change, { secretId: providerKey, version, signed });
        await change.write(
          'internal_sealed_value',
          {
            text: `DELETE FROM internal_sealed_value
              WHERE "providerKey" = $1 AND (version > $2::int OR version <= $2::int - $3::int)`,
            values: [providerKey, version, keptVersions],
          },
          insertion(providerKey, version, sealed),
        );
      },
      latestVersion: () => Promise.resolve(signed?.version ?? null),
      find: notInChange,
      latest: notInChange,
      remove: notInChange,
    },
  };
  return changed;
};

const rememberReplaced = (
  ledger: Pick<Ledger, 'memory'>,
  change: Change,
  { secretId, version, signed }: { readonly secretId: string; readonly version: number; readonly signed: SignedValue },
): void => {
  const kept = [...olderHashes(ledger, secretId)].filter(
    ([older]) => older > version - keptVersions && older < signed.version,
  );
  if (signed.sealedHash !== null) kept.push([signed.version, signed.sealedHash]);
  rememberOlder(ledger, change, secretId, new Map(kept));
};

/** A row with this key and version can only be from outside the store. */
const insertion = (providerKey: string, version: number, sealed: SealedRecord) => ({
  text: `INSERT INTO internal_sealed_value ("providerKey", version, record) VALUES ($1, $2::int, $3::jsonb)
    ON CONFLICT ("providerKey", version) DO UPDATE SET record = EXCLUDED.record`,
  values: [providerKey, version, JSON.stringify(sealed)],
});

/** Of every version of these secrets. */
export const removal = (providerKeys: readonly string[]) => ({
  text: 'DELETE FROM internal_sealed_value WHERE "providerKey" = ANY($1::text[]) RETURNING version',
  values: [providerKeys],
});
