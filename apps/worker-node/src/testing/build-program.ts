import path from 'node:path';
import { bundleProgram } from '@secret-store/bundle';

export const checkout = path.resolve(import.meta.dirname, '../../../..');

/** Bundles a program as the build does, so that the tests run the current sources. */
export const buildProgram = (name: 'main' | 'exec' | 'supervise', folder: string): Promise<string> =>
  bundleProgram(`apps/worker-node/src/${name}.ts`, path.join(folder, `${name}.mjs`));

/** A new folder for built programs, inside the checkout so that they find its node_modules. */
export const programFolder = (name: string): string =>
  path.join(checkout, 'node_modules/.cache/worker-node-tests', `${name}-${process.pid}`);
