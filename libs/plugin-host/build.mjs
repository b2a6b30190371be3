// Bundles what runs inside the sandbox to dist/libs/plugin-host. A module for tests, a program for the build.
import { mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');

/** Answers the folder that holds the built files. Safe to run several times at once. */
export const buildSandbox = async (outDirectory = path.join(root, 'dist/libs/plugin-host')) => {
  mkdirSync(outDirectory, { recursive: true });
  const finished = path.join(outDirectory, 'runner.mjs');
  const unfinished = path.join(outDirectory, `.runner-${process.pid}-${Date.now()}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: ['libs/plugin-host/src/sandbox/runner.ts'],
    outfile: unfinished,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    legalComments: 'none',
    tsconfig: path.join(root, 'tsconfig.base.json'),
    logLevel: 'warning',
  });
  renameSync(unfinished, finished);
  return outDirectory;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildSandbox();
