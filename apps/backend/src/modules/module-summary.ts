import type { ModuleSummary } from '@secret-store/api';
import type { ModuleDescription } from '@secret-store/plugin-host';

/** A module's own words, as the panel shows them. */
export const summariseModule = (
  sha256: string,
  { packageName, packageVersion, interfaceVersion, factories }: ModuleDescription,
): ModuleSummary => ({
  ...{ sha256, packageName, packageVersion, interfaceVersion },
  factories: Object.entries(factories).map(([className, { displayName, description, configuration, egress }]) => ({
    ...{ className, displayName, description, configuration, egress },
  })),
});
