import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { CommandProblem, exitCodes } from '@secret-store/command-line';
import type { BuiltSdk } from '../create-provider/built-sdk.ts';

export interface UpdatedSdk {
  /** null when the project had none installed */
  readonly before: string | null;
  readonly after: string;
  /** what package.json declares; it stays as it is */
  readonly interfaceVersion: string;
  /** whether `npm install` has to run, because npm manages the project's node_modules */
  readonly needsInstall: boolean;
}

const sdkName = '@secret-store/provider-sdk';

const Project = z.looseObject({
  devDependencies: z.looseObject({ [sdkName]: z.string() }),
  secretProvider: z.looseObject({ interfaceVersion: z.string() }),
});

/**
 * Replaces the SDK in the project's `vendor` folder by that of this checkout. The code and the interface version stay.
 * @throws {CommandProblem} when the project has no SDK of its own
 */
export const updateSdk = async (directory: string, sdk: BuiltSdk): Promise<UpdatedSdk> => {
  const file = path.join(directory, 'package.json');
  const text = await readFile(file, 'utf8').catch(() => '');
  const project = parsed(Project, text);
  const old = project?.devDependencies[sdkName];
  if (!project || old === undefined || !old.startsWith('file:')) {
    throw new CommandProblem(
      exitCodes.invalidData,
      `${file} does not name ${sdkName} as a file in devDependencies; choose the folder of a project that create-provider wrote`,
    );
  }
  const installed = path.join(directory, 'node_modules', sdkName);
  const before = await versionIn(installed);
  const vendored = path.posix.join('vendor', path.basename(sdk.tarball));
  await mkdir(path.join(directory, 'vendor'), { recursive: true });
  await copyFile(sdk.tarball, path.join(directory, vendored));
  const oldFile = path.resolve(directory, old.slice('file:'.length));
  if (oldFile !== path.join(directory, vendored)) {
    await writeFile(file, text.replace(JSON.stringify(old), JSON.stringify(`file:${vendored}`)));
    if (path.dirname(oldFile) === path.join(directory, 'vendor')) await rm(oldFile, { force: true });
  }
  const after = (await versionIn(sdk.directory)) ?? '';
  await updateLock(directory, { vendored, version: after, tarball: await readFile(sdk.tarball) });
  const needsInstall = !existsSync(installed) || existsSync(path.join(directory, 'node_modules/.package-lock.json'));
  if (!needsInstall) {
    await rm(installed, { recursive: true });
    await cp(sdk.directory, installed, { recursive: true });
  }
  return {
    before,
    after,
    interfaceVersion: project.secretProvider.interfaceVersion,
    needsInstall,
  };
};

const Lock = z.object({
  packages: z.record(z.string(), z.object({ devDependencies: z.record(z.string(), z.string()).optional() })),
});

/** npm goes by the hash in the lock file: with the old one, it installs the old SDK from its cache, or refuses the new one. */
const updateLock = async (
  directory: string,
  sdk: { readonly vendored: string; readonly version: string; readonly tarball: Buffer },
): Promise<void> => {
  const file = path.join(directory, 'package-lock.json');
  const text = await readFile(file, 'utf8').catch(() => '');
  if (parsed(Lock, text) === null) return;
  // checked above; what zod gives has less in it, and in another order
  const lock = JSON.parse(text) as z.infer<typeof Lock>;
  const entry = lock.packages[`node_modules/${sdkName}`];
  if (!entry) return;
  const resolved = `file:${sdk.vendored}`;
  const integrity = `sha512-${createHash('sha512').update(sdk.tarball).digest('base64')}`;
  Object.assign(entry, { version: sdk.version, resolved, integrity });
  const named = lock.packages['']?.devDependencies;
  if (named?.[sdkName] !== undefined) named[sdkName] = resolved;
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? '  ';
  await writeFile(file, `${JSON.stringify(lock, null, indent)}\n`);
};

const parsed = <T>(schema: z.ZodType<T>, text: string): T | null => {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
};

const versionIn = async (folder: string): Promise<string | null> => {
  try {
    const content: unknown = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
    return z.object({ version: z.string() }).parse(content).version;
  } catch {
    return null;
  }
};
