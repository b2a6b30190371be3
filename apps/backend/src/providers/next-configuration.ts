import { ApiError, type SecretProviderRequest } from '@secret-store/api';
import { destinationsOf, requiredKeysOf, type PluginModule } from '@secret-store/plugin-host';
import type { Dependencies } from '../dependencies.ts';
import { bindConfiguration, type BoundConfiguration } from './bind-configuration.ts';
import { checkModule } from './check-module.ts';
import { faultyKey } from './configuration-fault.ts';
import type { Configuration } from './configuration-text.ts';
import { loadModule } from './load-module.ts';
import { mergeConfiguration } from './merge-configuration.ts';
import { bindingOf, openConfiguration } from './open-configuration.ts';
import { refuseMovedCredentials } from './refuse-moved-credentials.ts';
import type { StoredProvider } from './stored-provider.ts';

type Change = Pick<SecretProviderRequest, 'configuration' | 'factoryClassName'>;

const faulty = (key: string, problem: string) =>
  new ApiError('InputValidationError', `configuration key ${key} ${problem}.`, { field: `configuration.${key}` });

const checkRequiredKeys = (module: PluginModule, factoryClassName: string, configuration: Configuration): void => {
  const missing = requiredKeysOf(module, factoryClassName).find((key) => !configuration.get(key));
  if (missing !== undefined) throw faulty(missing, 'is required');
};

const destinationsFor = (module: PluginModule, factoryClassName: string, configuration: Configuration): string[] => {
  try {
    return destinationsOf(module, factoryClassName, configuration);
  } catch (error) {
    const key = faultyKey(error);
    throw key === null ? error : faulty(key, 'must be a URL with the host and port of the vault');
  }
};

/** Nothing stored is needed where every value is given anew: so a damaged configuration can be replaced. */
const storedValues = async (deps: Dependencies, stored: StoredProvider, change: Change, module: PluginModule | null) => {
  const { configuration } = change;
  const needed = configuration === undefined || Object.values(configuration).includes(null);
  return needed ? openConfiguration(deps, stored, module) : new Map<string, string>();
};

/** The configuration after an update, bound to what it is for from then on. Null when it does not change. */
export const nextConfiguration = async (
  deps: Dependencies,
  stored: StoredProvider,
  change: Change,
): Promise<BoundConfiguration | null> => {
  const { factoryClassName } = change;
  if (change.configuration === undefined && factoryClassName === stored.factoryClassName) return null;
  const module = stored.moduleSha256 === null ? null : await loadModule(deps, stored.moduleSha256);
  if (module && factoryClassName !== stored.factoryClassName) await checkModule(deps, module, factoryClassName);
  const { configuration, kept } = mergeConfiguration(await storedValues(deps, stored, change, module), change.configuration);
  const place = { providerId: stored.id, revision: stored.revision + 1, factoryClassName };
  if (!module) return bindConfiguration(deps, { ...place, active: null }, configuration);

  checkRequiredKeys(module, factoryClassName, configuration);
  const destinations = destinationsFor(module, factoryClassName, configuration);
  const binding = kept.size === 0 ? null : bindingOf(deps, stored);
  if (binding) {
    const before = { module, factoryClassName: stored.factoryClassName, destinations: binding.destinations };
    refuseMovedCredentials(before, { module, factoryClassName, destinations }, kept);
  }
  return bindConfiguration(deps, { ...place, active: { module, destinations } }, configuration);
};
