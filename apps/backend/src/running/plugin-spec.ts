import { ApiError } from '@secret-store/api';
import type { PluginSpec } from '@secret-store/plugin-host';
import type { Dependencies } from '../dependencies.ts';
import { configurationFault } from '../configurations/configuration-fault.ts';
import { loadModule } from '../modules/load-module.ts';
import { openInForce } from '../configurations/open-configuration.ts';
import type { PluginProvider } from '../configurations/stored-provider.ts';

/** What is to run for a stored provider: verified module, opened configuration. */
export const pluginSpec = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools' | 'trustedKeys' | 'log'>,
  stored: PluginProvider,
  moduleSha256: string,
): Promise<PluginSpec> => {
  const { providerId, factoryClassName } = stored.active;
  const module = await loadModule(deps, moduleSha256);
  const configuration = await openInForce(deps, stored, module);
  return { providerId, module, factoryClassName, configuration };
};

/** The same as an error for the caller, where the plugin or its manifest refuses a key. */
export const configurationRefused = (error: unknown): ApiError | null => {
  const fault = configurationFault(error);
  return fault === null
    ? null
    : new ApiError('SecretProviderFailed', `The secret provider is not set up correctly. ${fault.sentence}`, {
        cause: error,
      });
};
