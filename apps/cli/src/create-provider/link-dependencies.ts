import { access, cp, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';

const programs = { eslint: '../eslint/bin/eslint.js', tsc: '../typescript/bin/tsc', vitest: '../vitest/vitest.mjs' };

export const toolPackages = ['@types/node', 'eslint', 'typescript', 'typescript-eslint', 'vitest'] as const;

/**
 * Puts what a project needs into its `node_modules`, from a checkout in which it is installed, so that it works at once and
 * without a registry: the tools as links, the SDK as a copy, as npm would, so that it is packed under the same path.
 * @returns false, with nothing put there, when the checkout lacks something
 */
export const linkDependencies = async (directory: string, checkout: string, sdkDirectory: string): Promise<boolean> => {
  const links = new Map<string, string>(toolPackages.map((name) => [name, path.join(checkout, 'node_modules', name)]));
  for (const target of links.values()) {
    if (!(await isThere(target))) return false;
  }
  for (const [name, program] of Object.entries(programs)) links.set(`.bin/${name}`, program);
  for (const [name, target] of links) {
    const link = path.join(directory, 'node_modules', name);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(target, link);
  }
  await cp(sdkDirectory, path.join(directory, 'node_modules/@secret-store/provider-sdk'), { recursive: true });
  return true;
};

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
