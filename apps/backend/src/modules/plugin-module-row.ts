import type { Prisma } from '@secret-store/db';
import type { PluginModule } from '@secret-store/plugin-host';

/** What a module says of itself, as it is stored beside its bytes. */
export const storedManifest = ({ packageName, packageVersion, manifest }: PluginModule) => ({
  packageName,
  packageVersion,
  ...manifest,
});

/** The same bytes are the same module, however often they are uploaded. */
export const insertModule = async (
  tx: Prisma.TransactionClient,
  module: PluginModule,
  bytes: Uint8Array,
): Promise<void> => {
  const { sha256 } = module;
  await tx.pluginModule.createMany({
    data: [{ sha256, bytes: new Uint8Array(bytes), sizeBytes: bytes.length, manifest: storedManifest(module) }],
    skipDuplicates: true,
  });
};

/** Modules that no provider has any more, in force or beside it. */
export const removeUnusedModules = async (tx: Prisma.TransactionClient): Promise<void> => {
  await tx.pluginModule.deleteMany({ where: { providers: { none: {} }, versions: { none: {} } } });
};
