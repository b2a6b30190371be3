import type { Prisma } from '@secret-store/db';
import type { SealedValueStore } from '@secret-store/provider-internal';
import { type SealedRecord, sealedRecordSchema } from '@secret-store/sealing';

/** Sealed values in the database, or in one transaction of it. */
export const sealedValueStore = (
  database: Pick<Prisma.TransactionClient, 'internalSealedValue'>,
): SealedValueStore<SealedRecord> => ({
  insert: async ({ providerKey, version, sealed }) => {
    await database.internalSealedValue.create({ data: { providerKey, version, record: sealed } });
  },
  find: async (providerKey, version) => {
    const row = await database.internalSealedValue.findUnique({
      where: { providerKey_version: { providerKey, version } },
    });
    return row === null ? null : sealedRecordSchema.parse(row.record);
  },
  latest: async (providerKey) => {
    const row = await database.internalSealedValue.findFirst({ where: { providerKey }, orderBy: { version: 'desc' } });
    return row === null
      ? null
      : { version: row.version, sealed: sealedRecordSchema.parse(row.record), createdAt: row.createdAt };
  },
  remove: async (providerKey) => {
    const { count } = await database.internalSealedValue.deleteMany({ where: { providerKey } });
    return count > 0;
  },
});
