import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readPluginModule, writeModuleFile } from '@secret-store/plugin-host';
import { bundlePlugin } from './bundle-plugin.ts';
import { PackError } from './pack-error.ts';
import { readPluginProject } from './read-plugin-project.ts';
import { signModule } from './sign-module.ts';
import { writePackedFiles } from './write-packed-files.ts';

export interface PackedPlugin {
  readonly file: string;
  readonly sha256: string;
  /** the file beside it with its signature; null when it was not asked for */
  readonly signatureFile: string | null;
}

export interface PackOptions {
  readonly directory: string;
  readonly outDirectory: string;
  readonly signingKey?: KeyObject | undefined;
  /** is told each step as it is done, in a line */
  readonly onProgress?: ((line: string) => void) | undefined;
}

/**
 * Bundles a provider's source to one file, packs it as a module file and verifies it as an upload would be.
 * @throws {PackError} when the folder is not a plugin's or the source does not bundle
 * @throws {PluginModuleError} when the packed file breaks a rule of the format
 */
export const packPlugin = async ({ directory, outDirectory, signingKey, onProgress }: PackOptions): Promise<PackedPlugin> => {
  const project = await readPluginProject(directory);
  const bundle = await bundlePlugin(directory, project.source);
  for (const warning of bundle.warnings) onProgress?.(`warning: ${warning}`);
  onProgress?.(`bundled ${project.source}: ${sizeOf(bundle.contents)}`);
  const files = new Map<string, Uint8Array>([
    ['package.json', project.packageJson],
    [project.entry, bundle.contents],
  ]);
  for (const name of ['README.md', 'LICENSE']) {
    const content = await readOptional(path.join(directory, name));
    if (content) files.set(name, content);
  }
  const bytes = writeModuleFile(files);
  const { sha256, manifest } = await readPluginModule(bytes);
  requireExported(Object.keys(manifest.factories), bundle.exports, project.source);
  onProgress?.(`packed and verified: ${sizeOf(bytes)}`);
  const file = path.join(outDirectory, `${project.name.replace(/^@/, '').replace('/', '-')}.tgz`);
  const signature = signingKey ? signModule(sha256, signingKey) : null;
  const signatureFile = await writePackedFiles(file, bytes, signature);
  return { file, sha256, signatureFile };
};

const requireExported = (factories: readonly string[], exported: readonly string[], source: string): void => {
  const missing = factories.find((name) => !exported.includes(name));
  if (missing === undefined) return;
  const known = exported.length === 0 ? 'nothing' : exported.join(', ');
  throw new PackError(`${source} does not export ${missing}, which package.json declares as a factory; it exports ${known}`);
};

const sizeOf = (bytes: Uint8Array): string => `${Math.ceil(bytes.length / 1024)} KiB`;

const readOptional = async (file: string): Promise<Buffer | null> => {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new PackError(`${file} cannot be read`, { cause: error });
  }
};
