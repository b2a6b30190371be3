import { readPluginModule, type PluginModule } from '@secret-store/plugin-host';
import { moduleInvalid } from './module-invalid.ts';

/** @throws {ApiError} 8020 naming the rule that the file breaks */
export const readModule = async (bytes: Uint8Array): Promise<PluginModule> => {
  try {
    return await readPluginModule(bytes);
  } catch (error) {
    throw moduleInvalid(error);
  }
};
