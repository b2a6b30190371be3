import { Prisma } from '@secret-store/db';
import type { BoundConfiguration } from './bind-configuration.ts';

/** As the columns take it: an absent record is SQL's NULL. */
export const configurationColumns = ({ sealed, sealedForWorkers, ...bound }: BoundConfiguration) => ({
  ...bound,
  sealed: sealed ?? Prisma.DbNull,
  sealedForWorkers: sealedForWorkers ?? Prisma.DbNull,
});

/** Replaces what the provider has. */
export const saveConfiguration = async (
  tx: Prisma.TransactionClient,
  providerId: string,
  bound: BoundConfiguration,
): Promise<void> => {
  const data = configurationColumns(bound);
  await tx.providerConfiguration.upsert({ where: { providerId }, update: data, create: { ...data, providerId } });
};
