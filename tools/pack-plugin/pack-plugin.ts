import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readPluginModule, writeModuleFile } from '@secret-store/plugin-host';
import { bundlePlugin } from './bundle-plugin.ts';
import { PackError } from './pack-error.ts';
import { readPluginProject } from './read-plugin-project.ts';

export interface PackedPlugin {
  readonly file: string;
  readonly sha256: string;
}

/**
 * Bundles a provider's source to one file, packs it as a module file and verifies it as an upload would be.
 * @throws {PackError} when the folder is not a plugin's or the source does not bundle
 * @throws {PluginModuleError} when the packed file breaks a rule of the format
 */
export const packPlugin = async ({
  directory,
  outDirectory,
}: {
  readonly directory: string;
  readonly outDirectory: string;
}): Promise<PackedPlugin> => {
  const project = await readPluginProject(directory);
  const files = new Map<string, Uint8Array>([
    ['package.json', project.packageJson],
    [project.entry, await bundlePlugin(directory, project.source)],
  ]);
  for (const name of ['README.md', 'LICENSE']) {
    const content = await readOptional(path.join(directory, name));
    if (content) files.set(name, content);
  }
  const bytes = writeModuleFile(files);
  const { sha256 } = await readPluginModule(bytes);
  const file = path.join(outDirectory, `${project.name.replace(/^@/, '').replace('/', '-')}.tgz`);
  await replaceFile(file, bytes);
  return { file, sha256 };
};

const readOptional = async (file: string): Promise<Buffer | null> => {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new PackError(`${file} cannot be read`, { cause: error });
  }
};

/** Whoever reads the file at this moment sees the old one or the new one. */
const replaceFile = async (file: string, bytes: Uint8Array): Promise<void> => {
  const unfinished = `${file}.${process.pid}`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(unfinished, bytes);
    await rename(unfinished, file);
  } catch (cause) {
    throw new PackError(`${file} cannot be written; name another folder with --out`, { cause });
  }
};
