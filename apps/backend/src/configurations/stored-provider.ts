import { ApiError } from '@secret-store/api';
import type { Provider } from '@secret-store/db';
import type { Dependencies } from '../dependencies.ts';
import { readVersion, type StoredVersion } from './provider-version.ts';

export interface PluginProvider extends Provider {
  readonly kind: 'plugin';
  /** what it runs, or the draft that waits for its module */
  readonly active: StoredVersion;
}

interface InternalProvider extends Provider {
  readonly kind: 'internal';
  readonly active: null;
}

export type StoredProvider = PluginProvider | InternalProvider;

/** Held by whatever changes the provider. */
export const providerLock = (providerId: string): string => `provider:${providerId}`;

/** @throws {ApiError} 8006 when there is none */
export const readProvider = async (deps: Pick<Dependencies, 'db'>, id: string): Promise<StoredProvider> => {
  const row = await deps.db.prisma.provider.findUnique({ where: { id } });
  if (row === null) throw new ApiError('SecretProviderNotFound', 'There is no secret provider with this id.');
  if (row.activeNumber === null) return { ...row, kind: 'internal', active: null };
  return { ...row, kind: 'plugin', active: await readVersion(deps, id, row.activeNumber) };
};

const internalStays = () =>
  new ApiError(
    'CannotModifyInternalSecretProvider',
    'The internal secret provider is part of the store and cannot be changed.',
  );

/** One that can be changed. @throws {ApiError} 8006 when there is none, 8005 for the internal one */
export const readPlugin = async (deps: Pick<Dependencies, 'db'>, id: string): Promise<PluginProvider> => {
  const stored = await readProvider(deps, id);
  if (stored.kind === 'internal') throw internalStays();
  return stored;
};
