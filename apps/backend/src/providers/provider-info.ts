import { defaultCheckSeconds, defaultStaleSeconds, type ProviderInfo } from '@secret-store/api';
import { readVersion, type StoredVersion } from '../configurations/provider-version.ts';
import { readProvider, type StoredProvider } from '../configurations/stored-provider.ts';
import type { Dependencies } from '../dependencies.ts';

/** The internal provider has no module whose class could be named. */
const internalFactoryClassName = 'InternalSecretProviderFactory';

/** A provider as everybody may see it: names of configuration keys, no values. */
export const describeProvider = (stored: StoredProvider, candidate: StoredVersion | null): ProviderInfo => ({
  id: stored.id,
  name: stored.name,
  description: stored.description,
  moduleName: stored.active?.moduleName ?? candidate?.moduleName ?? null,
  factoryClassName: stored.active?.factoryClassName ?? internalFactoryClassName,
  interfaceVersion: stored.interfaceVersion,
  isEnabled: stored.isEnabled,
  isDefault: stored.isDefault,
  checkSeconds: stored.checkSeconds ?? defaultCheckSeconds,
  staleSeconds: stored.staleSeconds ?? defaultStaleSeconds,
  configurationKeys: stored.active?.configurationKeys ?? [],
  created: stored.createdAt.toISOString(),
  modified: stored.updatedAt.toISOString(),
});

/** @throws {ApiError} 8006 when there is none */
export const readProviderInfo = async (deps: Pick<Dependencies, 'ledger'>, id: string): Promise<ProviderInfo> => {
  const stored = await readProvider(deps, id);
  const { candidateNumber } = stored;
  return describeProvider(stored, candidateNumber === null ? null : await readVersion(deps, id, candidateNumber));
};
