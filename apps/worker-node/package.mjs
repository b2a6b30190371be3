// Writes the worker's own package to dist/worker: what a machine without a store needs, and no node_modules.
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from '@secret-store/bundle';

const root = path.resolve(import.meta.dirname, '../..');

const programs = {
  'main.ts': 'worker.mjs',
  'exec.ts': 'exec.mjs',
  'supervise.ts': 'supervise.mjs',
  'commands/main.ts': 'fleet.mjs',
  'secret-store.ts': 'secret-store',
};

const manifest = async () => {
  const { version, license } = JSON.parse(await readFile(path.join(import.meta.dirname, 'package.json'), 'utf8'));
  const { engines } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  return {
    name: '@secret-store/worker',
    version,
    license,
    description: 'A worker of Secret Store: opens secrets and hands them to commands',
    type: 'module',
    engines,
    bin: { 'secret-store': 'secret-store' },
  };
};

/** The lines by which the command of the checkout starts Node, too. */
const starter = async () => {
  const text = await readFile(path.join(root, 'tools/secret-store'), 'utf8');
  return text.split('\n').slice(0, 2).join('\n');
};

export const packageWorker = async (outDirectory = path.join(root, 'dist/worker')) => {
  await rm(outDirectory, { recursive: true, force: true });
  await mkdir(path.join(outDirectory, 'sandbox'), { recursive: true });
  for (const [source, name] of Object.entries(programs)) {
    await bundleProgram(path.join(import.meta.dirname, 'src', source), path.join(outDirectory, name), {
      npmPackages: 'bundled',
    });
  }
  const command = path.join(outDirectory, 'secret-store');
  await writeFile(command, `${await starter()}\n${await readFile(command, 'utf8')}`);
  await chmod(command, 0o755);
  await copyFile(path.join(root, 'dist/libs/plugin-host/runner.mjs'), path.join(outDirectory, 'sandbox/runner.mjs'));
  await copyFile(path.join(root, 'LICENSE'), path.join(outDirectory, 'LICENSE'));
  await writeFile(path.join(outDirectory, 'package.json'), `${JSON.stringify(await manifest(), null, 2)}\n`);
  return outDirectory;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await packageWorker();
