import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { CommandProblem, exitCodes, makeFolder } from '@secret-store/command-line';
import type { BuiltSdk } from './built-sdk.ts';
import { linkDependencies, toolPackages } from './link-dependencies.ts';
import { parseProviderName } from './provider-name.ts';
import { renderTemplate } from './render-template.ts';

export interface CreateOptions {
  readonly name: string;
  readonly directory: string;
  /** of this repository */
  readonly checkout: string;
  readonly sdk: BuiltSdk;
}

export interface CreatedProvider {
  readonly factoryClassName: string;
  readonly packageName: string;
  /** false: `npm install` has to run first */
  readonly isInstalled: boolean;
}

/**
 * Writes a new provider project: a small provider that works and passes the conformance suite, as a starting point.
 * @throws {UsageProblem} when the name is invalid
 * @throws {CommandProblem} when the folder cannot be used
 */
export const createProvider = async ({ name, directory, checkout, sdk }: CreateOptions): Promise<CreatedProvider> => {
  const provider = parseProviderName(name);
  await requireEmpty(directory);
  const files = await renderTemplate(path.join(checkout, 'apps/cli/src/create-provider/template'), provider);
  const tarball = path.join('vendor', path.basename(sdk.tarball));
  files.set('package.json', withDependencies(files.get('package.json') ?? '', tarball, await toolVersions(checkout)));
  const isInstalled = await allOrNothing(directory, async () => {
    for (const [file, content] of files) {
      const target = path.join(directory, file);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, content);
    }
    await copyFile(sdk.tarball, path.join(directory, tarball));
    return linkDependencies(directory, checkout, sdk.directory);
  });
  return {
    factoryClassName: `${provider.pascal}SecretProviderFactory`,
    packageName: `secret-store-provider-${provider.kebab}`,
    isInstalled,
  };
};

/** Of a project that cannot be written whole, nothing is left. Of two that write to the same folder, one makes its `vendor`. */
const allOrNothing = async <T>(directory: string, write: () => Promise<T>): Promise<T> => {
  try {
    const topmost = await makeFolder(directory);
    await mkdir(path.join(directory, 'vendor'));
    return await write().catch(async (error: unknown) => {
      const written =
        topmost === null ? (await readdir(directory)).map((name) => path.join(directory, name)) : [topmost];
      for (const name of written) await rm(name, { recursive: true, force: true });
      throw error;
    });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new CommandProblem(
      exitCodes.cannotCreate,
      `${directory} cannot be written (${code}); choose another folder with --dir`,
      { cause },
    );
  }
};

const requireEmpty = async (directory: string): Promise<void> => {
  const there = await readdir(directory).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new CommandProblem(
      exitCodes.usage,
      `${directory} is not a folder that can be written to; choose another with --dir`,
      { cause: error },
    );
  });
  if (there.length > 0)
    throw new CommandProblem(exitCodes.usage, `${directory} is not empty; choose another folder with --dir`);
};

const Versions = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

/** The versions that this repository itself is built and tested with. */
const toolVersions = async (checkout: string): Promise<Record<string, string>> => {
  const { dependencies, devDependencies } = Versions.parse(
    JSON.parse(await readFile(path.join(checkout, 'package.json'), 'utf8')),
  );
  const all = { ...dependencies, ...devDependencies };
  return Object.fromEntries(toolPackages.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
};

const Project = z.looseObject({ devDependencies: z.record(z.string(), z.string()) });

const withDependencies = (packageJson: string, tarball: string, tools: Record<string, string>): string => {
  const project = Project.parse(JSON.parse(packageJson));
  const devDependencies = { '@secret-store/provider-sdk': `file:${tarball}`, ...tools };
  return `${JSON.stringify({ ...project, devDependencies }, null, 2)}\n`;
};
