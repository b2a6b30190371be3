import { ApiError, type Actor, type ProviderInfo } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';
import { requirePermission } from '../accounts/permissions.ts';
import type { Dependencies } from '../dependencies.ts';
import { describedProvider, describeProvider } from './provider-info.ts';

export const listProviders = (deps: Pick<Dependencies, 'db'>, actor: Actor): Promise<ProviderInfo[]> => {
  requirePermission(actor, 'providers.read');
  return providersWhere(deps, {});
};

/** For any signed-in user. */
export const listEnabledProviders = (deps: Pick<Dependencies, 'db'>): Promise<ProviderInfo[]> =>
  providersWhere(deps, { isEnabled: true });

/** @throws {ApiError} 8006 when there is none */
export const getProvider = async (
  { db }: Pick<Dependencies, 'db'>,
  actor: Actor,
  id: string,
): Promise<ProviderInfo> => {
  requirePermission(actor, 'providers.read');
  const row = await db.prisma.provider.findUnique({ where: { id }, include: describedProvider });
  if (!row) throw new ApiError('SecretProviderNotFound', 'There is no secret provider with this id.');
  return describeProvider(row);
};

const providersWhere = async (
  { db }: Pick<Dependencies, 'db'>,
  where: Prisma.ProviderWhereInput,
): Promise<ProviderInfo[]> => {
  const rows = await db.prisma.provider.findMany({ where, orderBy: { createdAt: 'asc' }, include: describedProvider });
  return rows.map(describeProvider);
};
