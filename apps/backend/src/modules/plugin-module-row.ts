import { describeModule, type PluginModule } from '@secret-store/plugin-host';
import type { Change } from '../ledger/change.ts';

export interface UploadedModule {
  readonly module: PluginModule;
  readonly bytes: Uint8Array;
  /** detached Ed25519 signature, base64 */
  readonly signature?: string | undefined;
}

/** Held by whatever stores a module: two providers may get the same one at once. */
export const moduleLock = (sha256: string): string => `module:${sha256}`;

/** The same bytes are the same module, however often they are uploaded; a signature that comes later is kept with them. */
export const insertModule = async (changes: Change, uploaded: UploadedModule): Promise<void> => {
  const { module, bytes } = uploaded;
  const { sha256 } = module;
  const signature = keptSignature(uploaded.signature);
  const before = await changes.find('module', sha256);
  if (before === null) {
    const row = { sha256, sizeBytes: bytes.length, manifest: describeModule(module), signature, createdAt: new Date() };
    await changes.insert('module', row, { bytes: new Uint8Array(bytes) });
  } else if (signature !== null && signature !== before.signature) {
    await changes.update('module', sha256, { signature });
  }
};

const signatureBytes = 64;

/** As it is verified: a store without trusted keys takes any text for a signature, and keeps only what can be one. */
const keptSignature = (given = ''): string | null => {
  const bytes = Buffer.from(given.trim(), 'base64');
  return bytes.length === signatureBytes ? bytes.toString('base64') : null;
};

/** Of these modules those that no version of a provider has any more. */
export const removeUnusedModules = async (changes: Change, modules: readonly string[]): Promise<void> => {
  for (const sha256 of new Set(modules)) {
    // waits for an upload of the same module
    await changes.query({ text: 'SELECT FROM plugin_module WHERE sha256 = $1 FOR UPDATE', values: [sha256] });
    const uses = await changes.query({
      text: 'SELECT FROM provider_version WHERE "moduleSha256" = $1 LIMIT 1',
      values: [sha256],
    });
    if (uses.length === 0) await changes.remove('module', sha256);
  }
};
