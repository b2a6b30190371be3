import { ApiError, type ProviderConfigurationInput, type WorkerConfigurationInput } from '@secret-store/api';
import { destinationsOf, type PluginModule } from '@secret-store/plugin-host';
import type { Dependencies } from '../../dependencies.ts';
import { bindConfiguration, type BoundConfiguration } from '../../configurations/bind-configuration.ts';
import { configurationFault } from '../../configurations/configuration-fault.ts';
import type { Configuration } from '../../configurations/configuration-text.ts';
import { readStoredModule } from '../../modules/load-module.ts';
import { mergeConfiguration } from '../../configurations/merge-configuration.ts';
import { bindingOf, openConfiguration, openInForce } from '../../configurations/open-configuration.ts';
import type { StoredVersion } from '../../configurations/provider-version.ts';
import { refuseMovedCredentials } from '../../configurations/refuse-moved-credentials.ts';
import type { PluginProvider } from '../../configurations/stored-provider.ts';
import { workerValuesOf } from '../../configurations/worker-values.ts';

/** A module with the configuration that it would have. */
export interface Candidate {
  readonly providerId: string;
  readonly module: PluginModule;
  readonly moduleName: string | null;
  readonly factoryClassName: string;
  readonly configuration: Configuration;
  /** not sealed where a key does not give the destination that it should: such a candidate cannot start */
  readonly bound: BoundConfiguration;
}

export interface CandidateChange {
  readonly module: PluginModule;
  readonly moduleName: string | null;
  readonly factoryClassName: string;
  readonly configuration?: ProviderConfigurationInput | undefined;
  readonly workerConfiguration?: WorkerConfigurationInput | undefined;
}

/** Changes nothing that is stored. @throws {ApiError} 6001 naming credentials that must be given again */
export const buildCandidate = async (
  deps: Dependencies,
  stored: PluginProvider,
  change: CandidateChange,
): Promise<Candidate> => {
  const { module, moduleName, factoryClassName } = change;
  const { active } = stored;
  const before = active.moduleSha256 === null ? null : await readStoredModule(deps, active.moduleSha256);
  const { configuration, kept } = mergeConfiguration(
    await storedValues(deps, stored, change, before),
    change.configuration,
  );
  const destinations = destinationsFor(module, factoryClassName, configuration);
  const binding = before && (await bindingIfReadable(deps, active));
  if (before && binding && destinations && kept.size > 0) {
    const placeBefore = {
      module: before,
      factoryClassName: active.factoryClassName,
      destinations: binding.destinations,
    };
    refuseMovedCredentials(placeBefore, { module, factoryClassName, destinations }, kept);
  }
  // what was sealed before there was a module is for the first one
  const staysInPlace =
    factoryClassName === active.factoryClassName &&
    (binding === null ||
      (binding.moduleSha256 === module.sha256 && binding.destinations.join() === destinations?.join()));
  const workers = workerValuesOf(active, change.workerConfiguration, staysInPlace);
  const bound = await bindConfiguration(
    deps,
    {
      providerId: stored.id,
      boundRevision: stored.activationNumber + 1,
      factoryClassName,
      active: destinations && { module, destinations },
    },
    { configuration, workers },
  ).catch(refuseWorkerDestination);
  return { providerId: stored.id, module, moduleName, factoryClassName, configuration, bound };
};

/** Nothing stored is needed where every value is new, so a damaged configuration can be replaced. */
const storedValues = async (
  deps: Dependencies,
  stored: PluginProvider,
  { configuration }: CandidateChange,
  before: PluginModule | null,
): Promise<Configuration> => {
  const isNeeded = configuration === undefined || Object.values(configuration).includes(null);
  if (!isNeeded) return new Map();
  return before ? openInForce(deps, stored, before) : openConfiguration(deps, stored.active, null);
};

/** Null where a key that names a destination does not: the start says so. */
const destinationsFor = (
  module: PluginModule,
  factoryClassName: string,
  configuration: Configuration,
): string[] | null => {
  try {
    return destinationsOf(module, factoryClassName, configuration);
  } catch (error) {
    if (configurationFault(error) === null) throw error;
    return null;
  }
};

const bindingIfReadable = async (deps: Dependencies, active: StoredVersion) => {
  try {
    return await bindingOf(deps, active);
  } catch {
    // damaged: opening it is refused, and a request that replaces every value does not need it
    return null;
  }
};

const refuseWorkerDestination = (error: unknown): never => {
  const key = configurationFault(error)?.key;
  if (key === undefined) throw error;
  throw new ApiError(
    'InputValidationError',
    `workerConfiguration key ${key} must be a URL with the host and port of the vault.`,
    {
      field: `workerConfiguration.${key}`,
      cause: error,
    },
  );
};
