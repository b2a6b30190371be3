import { PluginFailure, PluginModuleError } from '@secret-store/plugin-host';
import { ConfigurationError } from '@secret-store/provider-sdk';
import { ConformanceProblem, exitCodes } from './conformance-problem.ts';

/** What keeps the suite from beginning, with its exit code; null for what nobody foresaw. */
export const startProblem = (error: unknown): ConformanceProblem | null => {
  if (error instanceof ConformanceProblem) return error;
  if (error instanceof PluginModuleError) {
    return new ConformanceProblem(exitCodes.moduleInvalid, `the module is invalid (rule ${error.rule}): ${error.message}`, { cause: error });
  }
  if (error instanceof ConfigurationError) {
    return new ConformanceProblem(exitCodes.configurationRefused, `the configuration is refused: ${error.message}`, { cause: error });
  }
  if (error instanceof PluginFailure) {
    return new ConformanceProblem(exitCodes.failed, `✗ starts with this configuration: ${error.message}`, { cause: error });
  }
  return null;
};
