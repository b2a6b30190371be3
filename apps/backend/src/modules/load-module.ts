import { ApiError } from '@secret-store/api';
import {
  ModuleDescription,
  PluginModuleError,
  readPluginModule,
  type PluginModule,
  verifyModuleSignature,
} from '@secret-store/plugin-host';
import type { Dependencies } from '../dependencies.ts';

type ModuleDependencies = Pick<Dependencies, 'db' | 'ledger'>;

/**
 * The module from the database, to run it. Where the store has trusted keys, one of them signed it.
 * @throws {ApiError} 8009 when its bytes are not those that were uploaded, or its signature is missing or wrong
 */
export const loadModule = async (
  deps: ModuleDependencies & Pick<Dependencies, 'trustedKeys'>,
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
export const readStoredModule = async (deps: ModuleDependencies, sha256: string): Promise<PluginModule> =>
  (await findModule(deps, sha256)).module;

/** What a stored module says of itself; null where none is stored. */
export const storedManifest = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  sha256: string | null,
): Promise<ModuleDescription | null> => {
  const row = sha256 === null ? null : await ledger.read('module', sha256);
  return row && ModuleDescription.parse(row.manifest);
};

const findModule = async (deps: ModuleDependencies, sha256: string) => {
  const row = await deps.ledger.read('module', sha256);
  // the bytes are believed for their hash alone
  const stored = row && (await deps.db.prisma.pluginModule.findUnique({ where: { sha256 }, select: { bytes: true } }));
  const module = stored && (await readPluginModule(stored.bytes).catch(() => null));
  if (row !== null && module?.sha256 === sha256) return { module, signature: row.signature };
  throw new ApiError(
    'SecretProviderFailed',
    'The stored plugin module is not the one that was uploaded. Upload it again.',
  );
};
