import type { Prisma } from '@secret-store/db';
import { describeModule, type PluginModule } from '@secret-store/plugin-host';

/** The same bytes are the same module, however often they are uploaded. */
export const insertModule = async (
  tx: Prisma.TransactionClient,
  module: PluginModule,
  bytes: Uint8Array,
): Promise<void> => {
  const { sha256 } = module;
  await tx.pluginModule.createMany({
    data: [{ sha256, bytes: new Uint8Array(bytes), sizeBytes: bytes.length, manifest: describeModule(module) }],
    skipDuplicates: true,
  });
};

/** Modules that no provider has any more, active or beside it. */
export const removeUnusedModules = async (tx: Prisma.TransactionClient): Promise<void> => {
  await tx.pluginModule.deleteMany({ where: { providers: { none: {} }, versions: { none: {} } } });
};
