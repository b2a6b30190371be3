import type { Prisma } from '@secret-store/db';
import { describeModule, type PluginModule } from '@secret-store/plugin-host';

export interface UploadedModule {
  readonly module: PluginModule;
  readonly bytes: Uint8Array;
  /** detached Ed25519 signature, base64 */
  readonly signature?: string | undefined;
}

/** The same bytes are the same module, however often they are uploaded; a signature that comes later is kept with them. */
export const insertModule = async (tx: Prisma.TransactionClient, uploaded: UploadedModule): Promise<void> => {
  const { module, bytes } = uploaded;
  const { sha256 } = module;
  const signature = keptSignature(uploaded.signature);
  await tx.pluginModule.createMany({
    data: [
      { sha256, bytes: new Uint8Array(bytes), sizeBytes: bytes.length, manifest: describeModule(module), signature },
    ],
    skipDuplicates: true,
  });
  if (signature !== null) await tx.pluginModule.updateMany({ where: { sha256 }, data: { signature } });
};

const signatureBytes = 64;

/** As it is verified: a store without trusted keys takes any text for a signature, and keeps only what can be one. */
const keptSignature = (given = ''): string | null => {
  const bytes = Buffer.from(given.trim(), 'base64');
  return bytes.length === signatureBytes ? bytes.toString('base64') : null;
};

/** Modules that no version of a provider has any more. */
export const removeUnusedModules = async (tx: Prisma.TransactionClient): Promise<void> => {
  await tx.pluginModule.deleteMany({ where: { versions: { none: {} } } });
};
