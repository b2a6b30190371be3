import { access, cp, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';

export const toolPackages = ['@types/node', 'eslint', 'typescript', 'typescript-eslint', 'vitest'] as const;
/** A checkout in which only `npm start` ran does not have them. */
const lintTools: readonly string[] = ['eslint', 'typescript-eslint'];
const testTools = toolPackages.filter((name) => !lintTools.includes(name));

/** By the package that has it. */
const programs: Readonly<Record<string, { readonly name: string; readonly target: string }>> = {
  eslint: { name: 'eslint', target: '../eslint/bin/eslint.js' },
  typescript: { name: 'tsc', target: '../typescript/bin/tsc' },
  vitest: { name: 'vitest', target: '../vitest/vitest.mjs' },
};

/**
 * Puts what a project needs into its `node_modules`, from a checkout in which it is installed, so that it works at once and
 * without a registry: the tools as links, those for `npm run lint` only if the checkout has them, and the SDK as a copy, as npm
 * would, so that it is packed under the same path.
 * @returns false, with nothing put there, when the checkout lacks what the tests need
 */
export const linkDependencies = async (directory: string, checkout: string, sdkDirectory: string): Promise<boolean> => {
  const targetOf = (name: string): string => path.join(checkout, 'node_modules', name);
  const areThere = async (names: readonly string[]): Promise<boolean> =>
    (await Promise.all(names.map((name) => isThere(targetOf(name))))).every(Boolean);
  if (!(await areThere(testTools))) return false;
  for (const name of (await areThere(lintTools)) ? toolPackages : testTools) {
    await link(path.join(directory, 'node_modules', name), targetOf(name));
    const program = programs[name];
    if (program) await link(path.join(directory, 'node_modules/.bin', program.name), program.target);
  }
  await cp(sdkDirectory, path.join(directory, 'node_modules/@secret-store/provider-sdk'), { recursive: true });
  return true;
};

const link = async (file: string, target: string): Promise<void> => {
  await mkdir(path.dirname(file), { recursive: true });
  await symlink(target, file);
};

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
