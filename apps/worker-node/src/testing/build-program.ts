import path from 'node:path';
import { bundleProgram, bundleQuickProgram } from '@secret-store/bundle';

export const checkout = path.resolve(import.meta.dirname, '../../../..');

/** Bundles a program as the build does, so that the tests run the current sources. */
export const buildProgram = (name: 'main' | 'exec' | 'supervise', folder: string): Promise<string> => {
  const entry = `apps/worker-node/src/${name}.ts`;
  return name === 'main'
    ? bundleProgram(entry, path.join(folder, 'main.mjs'), { npmPackages: 'bundled' })
    : bundleQuickProgram(entry, path.join(folder, `${name}.cjs`));
};

/** A new folder for built programs, inside the checkout so that they find its node_modules. */
export const programFolder = (name: string): string =>
  path.join(checkout, 'node_modules/.cache/worker-node-tests', `${name}-${process.pid}`);
