import { ApiError } from '@secret-store/api';
import {
  PluginModuleError,
  readPluginModule,
  type PluginModule,
  verifyModuleSignature,
} from '@secret-store/plugin-host';
import type { Dependencies } from '../dependencies.ts';

/**
 * The module from the database, to run it. Where the store has trusted keys, one of them signed it.
 * @throws {ApiError} 8009 when its bytes are not those that were uploaded, or its signature is missing or wrong
 */
export const loadModule = async (
  deps: Pick<Dependencies, 'db' | 'trustedKeys'>,
  sha256: string,
): Promise<PluginModule> => {
  const { module, signature } = await findModule(deps, sha256);
  if (deps.trustedKeys.length === 0) return module;
  try {
    verifyModuleSignature(sha256, signature ?? undefined, deps.trustedKeys);
    return module;
  } catch (error) {
    if (!(error instanceof PluginModuleError)) throw error;
    throw new ApiError(
      'SecretProviderFailed',
      'The stored plugin module has no signature of a key that this store trusts. Upload it again with its signature.',
      { cause: error },
    );
  }
};

/**
 * The module from the database, to see what it declares. It is not run, so nobody asks who signed it.
 * @throws {ApiError} 8009 when its bytes are not those that were uploaded, or are gone
 */
export const readStoredModule = async (deps: Pick<Dependencies, 'db'>, sha256: string): Promise<PluginModule> =>
  (await findModule(deps, sha256)).module;

const findModule = async ({ db }: Pick<Dependencies, 'db'>, sha256: string) => {
  const row = await db.prisma.pluginModule.findUnique({ where: { sha256 }, select: { bytes: true, signature: true } });
  const module = row && (await readPluginModule(row.bytes).catch(() => null));
  if (module?.sha256 === sha256) return { module, signature: row?.signature ?? null };
  throw new ApiError(
    'SecretProviderFailed',
    'The stored plugin module is not the one that was uploaded. Upload it again.',
  );
};
