// Bundles what runs inside the sandbox to dist/libs/plugin-host. A module for tests, a program for the build.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from '@secret-store/bundle';

const root = path.resolve(import.meta.dirname, '../..');

export const buildSandbox = async (outDirectory = path.join(root, 'dist/libs/plugin-host')) => {
  const runner = path.join(import.meta.dirname, 'src/sandbox/runner.ts');
  await bundleProgram(runner, path.join(outDirectory, 'runner.mjs'), { npmPackages: 'bundled' });
  return outDirectory;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildSandbox();
