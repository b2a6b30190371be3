import { ApiError } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';
import type { StoredProvider } from '../configurations/stored-provider.ts';
import type { Dependencies } from '../dependencies.ts';

/** Every change of who is the default waits for the one before: there is never a moment with two, or with none between. */
export const withDefaultLock = <T>({ db }: Pick<Dependencies, 'db'>, work: () => Promise<T>): Promise<T> =>
  db.withLock('default-provider', work);

export const markDefault = async (tx: Prisma.TransactionClient, providerId: string): Promise<void> => {
  await tx.provider.updateMany({ where: { isDefault: true, NOT: { id: providerId } }, data: { isDefault: false } });
  await tx.provider.update({ where: { id: providerId }, data: { isDefault: true, wantsDefault: false } });
};

export const requireEligible = (row: Pick<StoredProvider, 'active' | 'isEnabled'>): void => {
  if (!row.isEnabled) {
    throw new ApiError(
      'UnableToSetDefaultSecretProvider',
      'A disabled provider cannot be the default. Enable it first.',
    );
  }
  if (row.active !== null && row.active.moduleSha256 === null) {
    throw new ApiError(
      'UnableToSetDefaultSecretProvider',
      'A provider without a module cannot be the default. Upload its module first.',
    );
  }
};
