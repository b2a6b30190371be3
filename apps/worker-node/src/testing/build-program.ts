import path from 'node:path';
import { build } from 'esbuild';

export const checkout = path.resolve(import.meta.dirname, '../../../..');

/** Bundles a program as the build does, so that the tests run what is in the sources now. */
export const buildProgram = async (name: 'main' | 'exec', folder: string): Promise<string> => {
  await build({
    absWorkingDir: checkout,
    entryPoints: [`apps/worker-node/src/${name}.ts`],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    tsconfig: 'tsconfig.base.json',
    logLevel: 'warning',
  });
  return path.join(folder, `${name}.mjs`);
};

/** A new folder for built programs, below the checkout: there they find its node_modules. */
export const programFolder = (name: string): string =>
  path.join(checkout, 'node_modules/.cache/worker-node-tests', `${name}-${process.pid}`);
