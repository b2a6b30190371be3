import { ApiError } from '@secret-store/api';
import type { Dependencies } from '../dependencies.ts';

export interface DeliveredModule {
  readonly bytes: Uint8Array;
  /** detached Ed25519 signature (base64); null where the module was uploaded without one */
  readonly signature: string | null;
}

/** A plugin module, which the worker verifies. @throws {ApiError} 8021 when there is none */
export const deliverModule = async ({ db }: Pick<Dependencies, 'db'>, sha256: string): Promise<DeliveredModule> => {
  const row = await db.prisma.pluginModule.findUnique({ where: { sha256 }, select: { bytes: true, signature: true } });
  if (row !== null) return row;
  throw new ApiError('PluginModuleMissing', 'The store has no plugin module with this SHA-256. Upload it again.');
};
