import { ApiError } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';

export interface DeliveredModule {
  readonly bytes: Uint8Array;
  /** detached Ed25519 signature (base64); null where the module was uploaded without one */
  readonly signature: string | null;
}

/** A plugin module, which the worker verifies. @throws {ApiError} 8021 when there is none */
export const deliverModule = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  sha256: string,
): Promise<DeliveredModule> => {
  const row = await ledger.read('module', sha256);
  const stored = row && (await db.prisma.pluginModule.findUnique({ where: { sha256 }, select: { bytes: true } }));
  if (row !== null && stored !== null) return { bytes: stored.bytes, signature: row.signature };
  throw new ApiError('PluginModuleMissing', 'The store has no plugin module with this SHA-256. Upload it again.');
};
