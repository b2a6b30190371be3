import { createHash } from 'node:crypto';
import { inflateSingleMember } from './inflate-single-member.ts';
import { parsePackageJson } from './parse-package-json.ts';
import type { PluginManifest } from './plugin-manifest.ts';
import { PluginModuleError } from './plugin-module-error.ts';
import { readArchive } from './read-archive.ts';

const maximumFileBytes = 32 * 1024 ** 2;
const maximumInflatedBytes = 64 * 1024 ** 2;
const optionalFiles = ['package/README.md', 'package/LICENSE'];

/** A module file that keeps every rule of the format. */
export interface PluginModule {
  /** of the whole file, hex: the module's identity */
  readonly sha256: string;
  readonly packageName: string;
  readonly packageVersion: string;
  readonly manifest: PluginManifest;
  /** the source of the entry */
  readonly entry: Uint8Array;
}

/**
 * Reads and verifies a module file, in memory only.
 * @throws {PluginModuleError} naming the rule that it breaks
 */
export const readPluginModule = async (bytes: Uint8Array): Promise<PluginModule> => {
  if (bytes.length > maximumFileBytes) {
    throw new PluginModuleError('file-size', 'the file is larger than 32 MiB; remove what the plugin does not need');
  }
  const files = readArchive(await inflateSingleMember(bytes, maximumInflatedBytes));
  const packageJson = files.get('package/package.json');
  if (!packageJson) throw new PluginModuleError('package-json', 'the archive has no package/package.json');
  const { name, version, secretProvider } = parsePackageJson(packageJson);
  const entryName = `package/${secretProvider.entry}`;
  const entry = files.get(entryName);
  if (!entry)
    throw new PluginModuleError('entry-missing', `the archive has no ${entryName}, which secretProvider.entry names`);
  refuseOtherFiles(files, ['package/package.json', entryName, ...optionalFiles]);
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    packageName: name,
    packageVersion: version,
    manifest: secretProvider,
    // a copy, so that the memory of the inflated archive can be freed
    entry: Uint8Array.from(entry),
  };
};

const refuseOtherFiles = (files: ReadonlyMap<string, Buffer>, allowed: readonly string[]): void => {
  const others = [...files.keys()].filter((name) => !allowed.includes(name));
  if (others.length === 0) return;
  throw new PluginModuleError(
    'other-file',
    `the archive contains ${others.length} other ${others.length === 1 ? 'file' : 'files'}; it may contain only ${allowed.join(', ')}`,
  );
};
