import { ApiError } from '@secret-store/api';
import { readPluginModule, type PluginModule } from '@secret-store/plugin-host';
import type { Dependencies } from '../dependencies.ts';

/**
 * The module from the database, verified again: it counts only when its bytes have the SHA-256 that was asked for.
 * @throws {ApiError} 8009 when they do not, or are gone
 */
export const loadModule = async ({ db }: Pick<Dependencies, 'db'>, sha256: string): Promise<PluginModule> => {
  const row = await db.prisma.pluginModule.findUnique({ where: { sha256 }, select: { bytes: true } });
  const module = row && (await readPluginModule(row.bytes).catch(() => null));
  if (module?.sha256 !== sha256) {
    throw new ApiError(
      'SecretProviderFailed',
      'The stored plugin module is not the one that was uploaded. Upload it again.',
    );
  }
  return module;
};
