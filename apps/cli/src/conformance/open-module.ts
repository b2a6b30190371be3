import {
  checkFactory,
  factoryOf,
  type PluginModule,
  readPluginModule,
  requiredKeysOf,
} from '@secret-store/plugin-host';
import { checkFactoryWithDiagnosis } from '@secret-store/plugin-host/diagnosis';
import { CommandProblem, exitCodes, UsageProblem } from '@secret-store/command-line';
import type { TwoSidesOptions } from './running/two-sides.ts';

export interface OpenedModule {
  readonly module: PluginModule;
  readonly factoryClassName: string;
  /** configuration keys that the manifest does not declare: allowed, but often a typo */
  readonly undeclared: readonly string[];
}

/**
 * Reads and verifies a module as an upload does: the rules of the file first, then a start without configuration.
 * @throws {PluginModuleError} naming the broken rule
 * @throws {CommandProblem} when a required key or the factory is missing
 */
export const openModule = async ({
  bytes,
  factoryClassName: asked,
  backendConfiguration,
  workerConfiguration,
  isolation,
  sandboxDirectory,
  diagnosis,
}: Omit<TwoSidesOptions, 'module' | 'factoryClassName'> & {
  readonly bytes: Uint8Array;
  readonly factoryClassName: string | null;
}): Promise<OpenedModule> => {
  const module = await readPluginModule(bytes);
  const factoryClassName = asked ?? onlyFactory(module);
  const declared = factoryOf(module, factoryClassName).configuration.map(({ key }) => key);
  const start = {
    module,
    factoryClassName,
    isolation,
    sandboxDirectory,
    log: { info: () => undefined, warn: () => undefined },
  };
  await (diagnosis ? checkFactoryWithDiagnosis(start, diagnosis) : checkFactory(start));
  const missing = requiredKeysOf(module, factoryClassName).find(
    (key) => !workerConfiguration.get(key) || !backendConfiguration.get(key),
  );
  if (missing !== undefined) {
    throw new CommandProblem(
      exitCodes.configuration,
      `the configuration key ${missing} is required; set it with --config or --config-file`,
    );
  }
  const undeclared = [...workerConfiguration.keys()].filter((key) => !declared.includes(key));
  return { module, factoryClassName, undeclared };
};

export const onlyFactory = (module: PluginModule): string => {
  const [only, ...others] = Object.keys(module.manifest.factories);
  if (only !== undefined && others.length === 0) return only;
  throw new UsageProblem(
    `the module has several factories; choose one with --factory: ${[only, ...others].join(', ')}`,
  );
};
