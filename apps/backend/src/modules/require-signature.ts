import { type PluginModule, verifyModuleSignature } from '@secret-store/plugin-host';
import type { Dependencies } from '../dependencies.ts';
import { moduleInvalid } from './module-invalid.ts';

/**
 * Where the store has trusted keys, a module comes in with the signature of one of them.
 * @returns what the signature's step says
 * @throws {ApiError} 8020 when it is missing or wrong
 */
export const requireSignature = (
  { trustedKeys }: Pick<Dependencies, 'trustedKeys'>,
  module: PluginModule,
  signature: string | undefined,
): string => {
  if (trustedKeys.length === 0) return 'Not required by this store.';
  try {
    verifyModuleSignature(module.sha256, signature, trustedKeys);
    return '';
  } catch (error) {
    throw moduleInvalid(error);
  }
};
