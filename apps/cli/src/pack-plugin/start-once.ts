import { checkFactory, detectIsolation, PluginFailure, type PluginModule } from '@secret-store/plugin-host';
import { packProblem } from './pack-problem.ts';

/**
 * Imports a packed module in the sandbox and looks for each of its factories, as an upload does. No factory gets a
 * configuration.
 * @returns the isolation that it started in
 * @throws {PluginModuleError} when it cannot be imported or a factory is missing
 */
export const startOnce = async (module: PluginModule, sandboxDirectory: string): Promise<string> => {
  const isolation = await detectIsolation({ setting: 'auto', sandboxDirectory });
  for (const factoryClassName of Object.keys(module.manifest.factories)) {
    await checkFactory({ module, factoryClassName, isolation, sandboxDirectory, log: silent }).catch(
      (error: unknown) => {
        if (!(error instanceof PluginFailure)) throw error;
        throw packProblem(`the module does not start in the sandbox: ${error.message}`, { cause: error });
      },
    );
  }
  return isolation.mode;
};

const silent = { info: () => undefined, warn: () => undefined };
