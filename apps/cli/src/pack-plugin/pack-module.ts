import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type PluginModule, readPluginModule, writeModuleFile } from '@secret-store/plugin-host';
import { bundlePlugin, type PluginBundle } from './bundle-plugin.ts';
import { packProblem } from './pack-problem.ts';
import { type PluginProject, readPluginProject } from './read-plugin-project.ts';

/** A module as it would be written, in memory. */
export interface PackedModule {
  readonly project: PluginProject;
  readonly bundle: PluginBundle;
  readonly bytes: Uint8Array;
  readonly module: PluginModule;
  /** what the file is called */
  readonly fileName: string;
}

/**
 * Bundles a provider's source to one file, and verifies it by the rules of the format.
 * @throws {CommandProblem} when the folder is not a plugin's or the source cannot be bundled
 * @throws {PluginModuleError} when the packed file breaks a rule of the format
 */
export const packModule = async (directory: string): Promise<PackedModule> => {
  const project = await readPluginProject(directory);
  const bundle = await bundlePlugin(directory, project.source);
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
  return { project, bundle, bytes, module, fileName: `${project.name.replace(/^@/, '').replace('/', '-')}.tgz` };
};

const requireExported = (factories: readonly string[], exported: readonly string[], source: string): void => {
  const missing = factories.find((name) => !exported.includes(name));
  if (missing === undefined) return;
  const known = exported.length === 0 ? 'nothing' : exported.join(', ');
  throw packProblem(`${source} does not export ${missing}, the factory declared in package.json; it exports ${known}`);
};

const readOptional = async (file: string): Promise<Buffer | null> => {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw packProblem(`${file} cannot be read`, { cause: error });
  }
};
