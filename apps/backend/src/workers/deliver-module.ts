import { ApiError } from '@secret-store/api';
import type { Dependencies } from '../dependencies.ts';

/** The bytes of a plugin module, which the worker verifies. @throws {ApiError} 8021 when there is none */
export const deliverModule = async ({ db }: Pick<Dependencies, 'db'>, sha256: string): Promise<Uint8Array> => {
  const row = await db.prisma.pluginModule.findUnique({ where: { sha256 }, select: { bytes: true } });
  if (row !== null) return row.bytes;
  throw new ApiError('PluginModuleMissing', 'The store has no plugin module with this SHA-256. Upload it again.');
};
