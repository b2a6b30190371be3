import { ApiError, valueBytesMaximum } from '@secret-store/api';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import type { Dependencies } from '../dependencies.ts';
import { internalProvider } from './internal-provider.ts';
import { configurationRefused, pluginSpec } from './plugin-spec.ts';
import { readPreparation } from '../modules/read-preparation.ts';
import { providerFailure } from '../modules/provider-failure.ts';
import type { StoredProvider } from '../configurations/stored-provider.ts';
import { defaultProvider } from './default-provider.ts';
import { lookUpProvider } from './look-up-provider.ts';

export type ProviderPurpose = 'create' | 'update' | 'delete';

export interface ReadyProvider {
  readonly providerId: string;
  readonly provider: AsyncSecretProvider;
  /** of a value in UTF-8, as its manifest says */
  readonly maximumValueBytes: number;
}

/** The built-in provider runs here, not in a sandbox: its methods become asynchronous like a plugin's. */
const runInternal = (deps: Dependencies): AsyncSecretProvider => {
  const provider = internalProvider(deps);
  return {
    createSecret: (value, context) => provider.createSecret(value, context),
    updateSecret: (id, value, context) => provider.updateSecret(id, value, context),
    deleteSecret: (id, context) => provider.deleteSecret(id, context),
    allowsCreate: async () => provider.allowsCreate(),
    allowsUpdate: async () => provider.allowsUpdate(),
    allowsDelete: async () => provider.allowsDelete(),
    identifierFor: async (context) => provider.identifierFor(context),
    getSecret: (id, context) => provider.getSecret(id, context),
    getSecretVersion: (id, context) => provider.getSecretVersion(id, context),
    secretLastUpdated: (id, context) => provider.secretLastUpdated(id, context),
    getTtl: async () => provider.getTtl(),
  };
};

/** @throws {ApiError} 8021 without a module, 8009 when it does not start */
export const runStored = async (deps: Dependencies, stored: StoredProvider): Promise<AsyncSecretProvider> => {
  if (stored.kind === 'internal') return runInternal(deps);
  const { id: providerId, activationNumber, active } = stored;
  const { moduleSha256 } = active;
  if (moduleSha256 === null) throw await missingModule(deps, providerId);
  try {
    const plugin = await deps.plugins.provider({ providerId, activationNumber }, () =>
      pluginSpec(deps, stored, moduleSha256),
    );
    return deps.calls.watch({ providerId, activationNumber }, plugin);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw configurationRefused(error) ?? providerFailure(error);
  }
};

/** Without one that is active: how far the one is that was uploaded. */
const missingModule = async (deps: Pick<Dependencies, 'db' | 'ledger'>, providerId: string): Promise<ApiError> => {
  const preparation = await readPreparation(deps, providerId);
  return preparation === null
    ? new ApiError('PluginModuleMissing', 'This provider is not set up yet. Ask an administrator to upload its module.')
    : new ApiError('SecretProviderFailed', `The module of this provider is not active yet. ${preparation.message}`);
};

/**
 * The provider, or the default one for null, running and ready for the purpose.
 * @throws {ApiError} 8002 without a default, 8006 unknown, 8012 disabled (not for delete), 8021 without a module, 8009 when it does not start
 */
export const providerFor = async (
  deps: Dependencies,
  providerId: string | null,
  purpose: ProviderPurpose,
): Promise<ReadyProvider> => {
  const { stored, manifest } = await (providerId === null ? defaultProvider(deps) : lookUpProvider(deps, providerId));
  if (!stored.isEnabled && purpose !== 'delete') {
    throw new ApiError(
      'SecretProviderDisabled',
      'This secret provider is disabled. Choose another one, or ask an administrator to enable it.',
    );
  }
  return {
    providerId: stored.id,
    provider: await runStored(deps, stored),
    maximumValueBytes: manifest?.factories[stored.active?.factoryClassName ?? '']?.maxValueBytes ?? valueBytesMaximum,
  };
};
