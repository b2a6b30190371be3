import type { Prisma } from '@secret-store/db';
import { internalProviderId } from '@secret-store/provider-internal';
import { sealedRecordHash, type SetEntry, verifySealedRecord } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';

/**
 * The entry as it goes into the set: with the hash of the sealed record where the value is an internal one. A record that
 * this backend did not seal for exactly this place is not signed for.
 */
export const withSealedHash = async (
  deps: Pick<Dependencies, 'keys'>,
  tx: Prisma.TransactionClient,
  algorithmId: string,
  entry: Omit<SetEntry, 'sealedHash'>,
): Promise<SetEntry> => {
  if (entry.providerId !== internalProviderId) return { ...entry, sealedHash: null };
  const { secretId, environmentVariable, version, providerKey } = entry;
  const row = await tx.internalSealedValue.findUniqueOrThrow({
    where: { providerKey_version: { providerKey, version } },
  });
  const record = verifySealedRecord({ record: row.record, signerKey: deps.keys.verificationKey });
  const { binding } = record;
  const isItsOwn =
    binding.type === 'secret' &&
    binding.secretId === secretId &&
    binding.algorithmId === algorithmId &&
    binding.environmentVariable === environmentVariable &&
    binding.version === version;
  if (!isItsOwn) throw new Error(`the sealed value of secret ${secretId}, version ${version}, belongs elsewhere`);
  return { ...entry, sealedHash: sealedRecordHash(record) };
};
