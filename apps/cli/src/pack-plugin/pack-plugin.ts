import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readPluginModule, writeModuleFile } from '@secret-store/plugin-host';
import { bundlePlugin } from './bundle-plugin.ts';
import { changedWithoutVersion } from './changed-without-version.ts';
import { packProblem } from './pack-problem.ts';
import { readPluginProject } from './read-plugin-project.ts';
import { signModule } from './sign-module.ts';
import { startOnce } from './start-once.ts';
import { signatureFileOf, sourceMapFileOf, writePackedFiles } from './write-packed-files.ts';

export interface PackedPlugin {
  readonly file: string;
  readonly sha256: string;
  /** the signature's file beside it; null unless a signing key was given */
  readonly signatureFile: string | null;
  /** the source map's file beside it; null unless asked for */
  readonly sourceMapFile: string | null;
}

export interface PackOptions {
  readonly directory: string;
  readonly outDirectory: string;
  readonly signingKey?: KeyObject | undefined;
  /** whether to write a source map beside the module */
  readonly withSourceMap?: boolean | undefined;
  /** the built sandbox, in which the module is started once; without it the module is not started */
  readonly sandboxDirectory?: string | undefined;
  /** gets one line per finished step */
  readonly onProgress?: ((line: string) => void) | undefined;
}

/**
 * Bundles a provider's source to one file, packs it as a module file and verifies it as an upload would be: the rules of the
 * format, and, with a sandbox, a start.
 * @throws {CommandProblem} when the folder is not a plugin's or the source cannot be bundled
 * @throws {PluginModuleError} when the packed file breaks a rule of the format, or does not start
 */
export const packPlugin = async ({
  directory,
  outDirectory,
  signingKey,
  withSourceMap = false,
  sandboxDirectory,
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
  const module = await readPluginModule(bytes);
  requireExported(Object.keys(module.manifest.factories), bundle.exports, project.source);
  onProgress?.(`packed: ${sizeOf(bytes)}`);
  if (sandboxDirectory !== undefined) {
    const isolation = await startOnce(module, sandboxDirectory);
    onProgress?.(`verified: it keeps the rules of an upload, and starts in the sandbox (${isolation})`);
  }
  const file = path.join(outDirectory, `${project.name.replace(/^@/, '').replace('/', '-')}.tgz`);
  const warning = await changedWithoutVersion(file, module);
  if (warning !== null) onProgress?.(`warning: ${warning}`);
  const { sha256 } = module;
  await writePackedFiles(file, bytes, {
    signature: signingKey ? signModule(sha256, signingKey) : null,
    sourceMap: withSourceMap ? bundle.sourceMap : null,
  });
  return {
    file,
    sha256,
    signatureFile: signingKey ? signatureFileOf(file) : null,
    sourceMapFile: withSourceMap ? sourceMapFileOf(file) : null,
  };
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
