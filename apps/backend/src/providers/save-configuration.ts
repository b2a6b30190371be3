import { Prisma } from '@secret-store/db';
import type { BoundConfiguration } from './bind-configuration.ts';

export interface SavedConfiguration {
  readonly providerId: string;
  /** what it was bound to */
  readonly revision: number;
  readonly bound: BoundConfiguration;
}

/** Replaces the configuration and moves the provider to the revision that it is bound to. */
export const saveConfiguration = async (
  tx: Prisma.TransactionClient,
  { providerId, revision, bound }: SavedConfiguration,
): Promise<void> => {
  const data = { ...bound, revision, sealed: bound.sealed ?? Prisma.DbNull };
  await tx.providerConfiguration.upsert({ where: { providerId }, update: data, create: { ...data, providerId } });
  await tx.provider.update({ where: { id: providerId }, data: { revision } });
};
