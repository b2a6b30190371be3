import { ApiError, type Actor, type ProviderInfo } from '@secret-store/api';
import { requirePermission } from '../accounts/permissions.ts';
import type { Dependencies } from '../dependencies.ts';
import { RowRefused } from '../rows/row-refused.ts';
import { readProviderInfo } from './provider-info.ts';

type ListDependencies = Pick<Dependencies, 'db' | 'ledger'>;

export const listProviders = (deps: ListDependencies, actor: Actor): Promise<ProviderInfo[]> => {
  requirePermission(actor, 'providers.read');
  return allProviders(deps);
};

/** For any signed-in user. */
export const listEnabledProviders = async (deps: ListDependencies): Promise<ProviderInfo[]> =>
  (await allProviders(deps)).filter(({ isEnabled }) => isEnabled);

/** @throws {ApiError} 8006 when there is none */
export const getProvider = async (deps: ListDependencies, actor: Actor, id: string): Promise<ProviderInfo> => {
  requirePermission(actor, 'providers.read');
  return readProviderInfo(deps, id);
};

/** In the order in which they were added. */
const allProviders = async (deps: ListDependencies): Promise<ProviderInfo[]> => {
  const rows = await deps.db.prisma.provider.findMany({ orderBy: { createdAt: 'asc' }, select: { id: true } });
  const read = await Promise.all(rows.map(({ id }) => readProviderInfo(deps, id).catch(passUnreadable)));
  return read.filter((info) => info !== null);
};

/** One that somebody else wrote is in the log; one that was removed meanwhile is gone. */
const passUnreadable = (error: unknown): null => {
  const isGone = error instanceof ApiError && error.errorName === 'SecretProviderNotFound';
  if (isGone || error instanceof RowRefused) return null;
  throw error;
};
