// Writes the worker's own package to dist/worker: what a machine without a store needs, and no node_modules.
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProgram, bundleQuickProgram } from '@secret-store/bundle';

const root = path.resolve(import.meta.dirname, '../..');

const quickPrograms = { 'exec.ts': 'exec.cjs', 'supervise.ts': 'supervise.cjs' };
const programs = {
  'main.ts': 'worker.mjs',
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

/** In the lines by which the command of the checkout starts Node: what differs here. */
const replacements = [
  ['"${0%/*}/../dist/apps/worker-node/$1.cjs"', '"${0%/*}/$1.cjs"'],
  ['[ -f "$program" ]', '[ -n "$SECRET_STORE_WORKER_DIRECTORY" ]'],
];

const starter = async () => {
  const text = await readFile(path.join(root, 'tools/secret-store'), 'utf8');
  const ofShell = text.split('\n').filter((line, index) => index === 0 || line.startsWith("':'"));
  return replacements.reduce((before, [theirs, ours]) => {
    if (!before.includes(theirs)) throw new Error(`tools/secret-store has no ${theirs} any more`);
    return before.replace(theirs, () => ours);
  }, ofShell.join('\n'));
};

export const packageWorker = async (outDirectory = path.join(root, 'dist/worker')) => {
  await rm(outDirectory, { recursive: true, force: true });
  await mkdir(path.join(outDirectory, 'sandbox'), { recursive: true });
  for (const [source, name] of Object.entries(programs)) {
    await bundleProgram(path.join(import.meta.dirname, 'src', source), path.join(outDirectory, name), {
      npmPackages: 'bundled',
    });
  }
  for (const [source, name] of Object.entries(quickPrograms))
    await bundleQuickProgram(path.join(import.meta.dirname, 'src', source), path.join(outDirectory, name));
  const command = path.join(outDirectory, 'secret-store');
  await writeFile(command, `${await starter()}\n${await readFile(command, 'utf8')}`);
  await chmod(command, 0o755);
  await copyFile(path.join(root, 'dist/libs/plugin-host/runner.mjs'), path.join(outDirectory, 'sandbox/runner.mjs'));
  await copyFile(path.join(root, 'LICENSE'), path.join(outDirectory, 'LICENSE'));
  await writeFile(path.join(outDirectory, 'package.json'), `${JSON.stringify(await manifest(), null, 2)}\n`);
  return outDirectory;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await packageWorker();
