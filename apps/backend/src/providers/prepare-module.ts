import type { ModuleUpload } from '@secret-store/api';
import { destinationsOf, type PluginModule } from '@secret-store/plugin-host';
import type { Dependencies } from '../dependencies.ts';
import { bindConfiguration, type BoundConfiguration } from './bind-configuration.ts';
import type { Configuration } from './configuration-text.ts';
import { loadModule } from './load-module.ts';
import { mergeConfiguration } from './merge-configuration.ts';
import { bindingOf, openConfiguration } from './open-configuration.ts';
import { refuseMovedCredentials } from './refuse-moved-credentials.ts';
import type { StoredProvider } from './stored-provider.ts';
import { obstacleOf, trialStart, type Obstacle } from './trial-start.ts';

/** A module with the configuration that it would have, and what keeps it from working. */
export interface Candidate {
  readonly module: PluginModule;
  readonly bound: BoundConfiguration;
  readonly obstacle: Obstacle | null;
}

const findDestinations = (module: PluginModule, factoryClassName: string, configuration: Configuration): string[] | Obstacle => {
  try {
    return destinationsOf(module, factoryClassName, configuration);
  } catch (error) {
    return obstacleOf(error);
  }
};

/** Changes nothing that is stored. @throws {ApiError} 6001 naming credentials that must be given again */
export const prepareModule = async (
  deps: Dependencies,
  stored: StoredProvider,
  module: PluginModule,
  given: ModuleUpload['configuration'],
): Promise<Candidate> => {
  const { id: providerId, factoryClassName } = stored;
  const revision = stored.revision + 1;
  const place = { providerId, revision, factoryClassName };
  const before = stored.moduleSha256 === null ? null : await loadModule(deps, stored.moduleSha256);
  const needsStored = given === undefined || Object.values(given).includes(null);
  const opened = needsStored ? await openConfiguration(deps, stored, before) : new Map<string, string>();
  const { configuration, kept } = mergeConfiguration(opened, given);

  const destinations = findDestinations(module, factoryClassName, configuration);
  if (!Array.isArray(destinations)) {
    return { module, obstacle: destinations, bound: await bindConfiguration(deps, { ...place, active: null }, configuration) };
  }
  const binding = before && kept.size > 0 ? bindingOf(deps, stored) : null;
  if (before && binding) {
    const placeBefore = { module: before, factoryClassName, destinations: binding.destinations };
    refuseMovedCredentials(placeBefore, { module, factoryClassName, destinations }, kept);
  }
  const bound = await bindConfiguration(deps, { ...place, active: { module, destinations } }, configuration);
  const obstacle = await trialStart(deps, { providerId, revision, module, factoryClassName, configuration });
  return { module, bound, obstacle };
};
