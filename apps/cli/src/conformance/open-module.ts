import { checkFactory, factoryOf, type PluginModule, readPluginModule, requiredKeysOf } from '@secret-store/plugin-host';
import { ConformanceProblem, exitCodes } from './conformance-problem.ts';
import type { TwoSidesOptions } from './running/two-sides.ts';

export interface OpenedModule {
  readonly module: PluginModule;
  readonly factoryClassName: string;
  /** configuration keys that the manifest does not know: allowed, and often a slip */
  readonly undeclared: readonly string[];
}

/**
 * Reads and verifies a module, as an upload does it: by the rules of the file, then by a start without configuration.
 * @throws {PluginModuleError} naming the rule that it breaks
 * @throws {ConformanceProblem} when a required key is not given, or the factory is not
 */
export const openModule = async ({
  bytes,
  factoryClassName: asked,
  backendConfiguration,
  workerConfiguration,
  isolation,
  sandboxDirectory,
}: Omit<TwoSidesOptions, 'module' | 'factoryClassName'> & {
  readonly bytes: Uint8Array;
  readonly factoryClassName: string | null;
}): Promise<OpenedModule> => {
  const module = await readPluginModule(bytes);
  const factoryClassName = asked ?? onlyFactory(module);
  const declared = factoryOf(module, factoryClassName).configuration.map(({ key }) => key);
  await checkFactory({ module, factoryClassName, isolation, sandboxDirectory, log: { info: () => undefined, warn: () => undefined } });
  const missing = requiredKeysOf(module, factoryClassName).find((key) => !workerConfiguration.get(key) || !backendConfiguration.get(key));
  if (missing !== undefined) {
    throw new ConformanceProblem(exitCodes.configurationRefused, `configuration key ${missing} is required; give it with --config or --config-file`);
  }
  const undeclared = [...workerConfiguration.keys()].filter((key) => !declared.includes(key));
  return { module, factoryClassName, undeclared };
};

const onlyFactory = (module: PluginModule): string => {
  const [only, ...others] = Object.keys(module.manifest.factories);
  if (only !== undefined && others.length === 0) return only;
  throw new ConformanceProblem(exitCodes.usage, `the module has several factories; choose one with --factory: ${[only, ...others].join(', ')}`);
};
