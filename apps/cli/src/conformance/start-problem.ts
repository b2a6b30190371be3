import { PluginFailure, PluginModuleError } from '@secret-store/plugin-host';
import { ConfigurationError } from '@secret-store/provider-sdk';
import { CommandProblem, exitCodes } from '@secret-store/command-line';

/** Why the suite cannot start; null for an unexpected error. */
export const startProblem = (error: unknown): CommandProblem | null => {
  if (error instanceof CommandProblem) return error;
  if (error instanceof PluginModuleError) {
    return new CommandProblem(exitCodes.invalidData, `the module is invalid (rule ${error.rule}): ${error.message}`, {
      cause: error,
    });
  }
  if (error instanceof ConfigurationError) {
    return new CommandProblem(exitCodes.configuration, `the configuration is refused: ${error.message}`, {
      cause: error,
    });
  }
  if (error instanceof PluginFailure) {
    return new CommandProblem(exitCodes.failed, `✗ starts with this configuration: ${error.message}`, { cause: error });
  }
  return null;
};
