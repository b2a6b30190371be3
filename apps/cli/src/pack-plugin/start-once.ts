import {
  detectIsolation,
  PluginFailure,
  type PluginModule,
  PluginModuleError,
  type Isolation,
} from '@secret-store/plugin-host';
import { checkFactoryWithDiagnosis } from '@secret-store/plugin-host/diagnosis';
import { DiagnosisLog } from '../diagnosis/diagnosis-log.ts';
import { packProblem } from './pack-problem.ts';

/**
 * Imports a packed module in the sandbox and looks for each of its factories, as an upload does. No factory gets a
 * configuration, so what the plugin says of its errors is shown.
 * @returns the isolation that it started in
 * @throws {CommandProblem} when it cannot be imported or a factory is missing
 */
export const startOnce = async (
  module: PluginModule,
  sandboxDirectory: string,
  sourceMap: string,
): Promise<Isolation['mode']> => {
  const isolation = await detectIsolation({ setting: 'auto', sandboxDirectory });
  const log = new DiagnosisLog(sourceMap);
  for (const factoryClassName of Object.keys(module.manifest.factories)) {
    const start = { module, factoryClassName, isolation, sandboxDirectory, log: silent };
    await checkFactoryWithDiagnosis(start, log.diagnosis).catch((error: unknown) => {
      if (!(error instanceof PluginFailure || error instanceof PluginModuleError)) throw error;
      const shown = log.take().map((line) => `\n    ${line}`);
      throw packProblem(`the module does not start in the sandbox: ${error.message}${shown.join('')}`, {
        cause: error,
      });
    });
  }
  return isolation.mode;
};

const silent = { info: () => undefined, warn: () => undefined };
