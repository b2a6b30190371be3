import { readFile } from 'node:fs/promises';
import { type PluginModule, readPluginModule } from '@secret-store/plugin-host';

/** A warning when the file holds other bytes under the same version; null otherwise. */
export const changedWithoutVersion = async (
  file: string,
  { sha256, packageName, packageVersion }: PluginModule,
): Promise<string | null> => {
  const before = await packedBefore(file);
  if (before === null || before.sha256 === sha256) return null;
  if (before.packageName !== packageName || before.packageVersion !== packageVersion) return null;
  return `version ${packageVersion} was packed before with other contents; raise "version" in package.json before you publish it`;
};

const packedBefore = async (file: string): Promise<PluginModule | null> => {
  try {
    return await readPluginModule(await readFile(file));
  } catch {
    return null; // no file, or not one of ours
  }
};
