import { ApiError } from '@secret-store/api';
import { Prisma, type ProviderVersion } from '@secret-store/db';
import type { Dependencies } from '../dependencies.ts';
import type { BoundConfiguration } from './bind-configuration.ts';

/** A module with its configuration as the row has it: encrypted and sealed, and not believed before it is opened. */
export type StoredVersion = ProviderVersion;

export interface VersionContent {
  readonly moduleSha256: string | null;
  readonly moduleName: string | null;
  readonly factoryClassName: string;
  readonly bound: BoundConfiguration;
}

/** As the columns take it: an absent record is SQL's NULL. */
export const versionColumns = ({ bound, ...content }: VersionContent) => {
  const { sealed, sealedForWorkers, ...configuration } = bound;
  return {
    ...content,
    ...configuration,
    sealed: sealed ?? Prisma.DbNull,
    sealedForWorkers: sealedForWorkers ?? Prisma.DbNull,
  };
};

/** @throws {ApiError} 8009 when it is gone, though the provider names it */
export const readVersion = async (
  { db }: Pick<Dependencies, 'db'>,
  providerId: string,
  number: number,
): Promise<StoredVersion> => {
  const version = await db.prisma.providerVersion.findUnique({
    where: { providerId_number: { providerId, number } },
  });
  if (version !== null) return version;
  throw new ApiError(
    'SecretProviderFailed',
    'A stored version of this provider is missing. Try again; if it stays missing, restore the database from a backup.',
  );
};

/** Those that none of the provider's numbers names any more. */
export const removeUnnamedVersions = async (tx: Prisma.TransactionClient, providerId: string): Promise<void> => {
  const { activeNumber, previousNumber, candidateNumber } = await tx.provider.findUniqueOrThrow({
    where: { id: providerId },
  });
  const named = [activeNumber, previousNumber, candidateNumber].filter((number) => number !== null);
  await tx.providerVersion.deleteMany({ where: { providerId, number: { notIn: named } } });
};
