import { ApiError } from '@secret-store/api';
import { checkFactory, factoryOf, type PluginModule } from '@secret-store/plugin-host';
import type { Dependencies } from '../dependencies.ts';
import { moduleInvalid } from './module-invalid.ts';
import { providerFailure } from './provider-failure.ts';

/**
 * Starts the module once in the sandbox, without configuration and network.
 * @throws {ApiError} 8020 when it does not declare or give the factory, 8009 when it does not answer
 */
export const startModuleOnce = async (
  { isolation, sandboxDirectory, log }: Pick<Dependencies, 'isolation' | 'sandboxDirectory' | 'log'>,
  module: PluginModule,
  factoryClassName: string,
): Promise<void> => {
  try {
    factoryOf(module, factoryClassName);
    await checkFactory({ module, factoryClassName, isolation, sandboxDirectory, log });
  } catch (error) {
    const known = moduleInvalid(error);
    throw known instanceof ApiError ? known : providerFailure(error);
  }
};
