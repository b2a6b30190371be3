import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readPluginModule, writeModuleFile } from '@secret-store/plugin-host';
import { bundlePlugin } from './bundle-plugin.ts';
import { packProblem } from './pack-problem.ts';
import { readPluginProject } from './read-plugin-project.ts';
import { signModule } from './sign-module.ts';
import { writePackedFiles } from './write-packed-files.ts';

export interface PackedPlugin {
  readonly file: string;
  readonly sha256: string;
  /** the signature's file beside it; null unless a signing key was given */
  readonly signatureFile: string | null;
}

export interface PackOptions {
  readonly directory: string;
  readonly outDirectory: string;
  readonly signingKey?: KeyObject | undefined;
  /** gets one line per finished step */
  readonly onProgress?: ((line: string) => void) | undefined;
}

/**
 * Bundles a provider's source to one file, packs it as a module file and verifies it as an upload would be.
 * @throws {CommandProblem} when the folder is not a plugin's or the source cannot be bundled
 * @throws {PluginModuleError} when the packed file breaks a rule of the format
 */
export const packPlugin = async ({
  directory,
  outDirectory,
  signingKey,
  onProgress,
}: PackOptions): Promise<PackedPlugin> => {
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
  throw packProblem(`${source} does not export ${missing}, the factory declared in package.json; it exports ${known}`);
};

const sizeOf = (bytes: Uint8Array): string => `${Math.ceil(bytes.length / 1024)} KiB`;

const readOptional = async (file: string): Promise<Buffer | null> => {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw packProblem(`${file} cannot be read`, { cause: error });
  }
};
