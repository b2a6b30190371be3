import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageWorker } from '../package.mjs';
import { programFolder } from './testing/build-program.ts';
import { inForce } from './testing/offered-provider.ts';
import { factoryClassName, packModule } from './testing/pack-module.ts';
import { runProgram } from './testing/run-program.ts';
import { RunningWorker } from './testing/running-worker.ts';
import { idOf } from './testing/signed-store.ts';

const built = programFolder('package');
let folder: string;
let command: string;

/** Outside the checkout, so no folder above it has our node_modules. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'secret-store-package-'));
  await cp(await packageWorker(built), folder, { recursive: true });
  command = path.join(folder, 'secret-store');
});

afterAll(() => {
  rmSync(built, { recursive: true, force: true });
  rmSync(folder, { recursive: true });
});

const run = (words: readonly string[], settings: Record<string, string> = {}) =>
  runProgram(command, words, { environment: { PATH: process.env.PATH ?? '', ...settings }, cwd: folder });

test('the command is executable, and its help names the commands and their settings', async () => {
  expect(statSync(command).mode & 0o111).toBe(0o111);
  for (const words of [['--help'], ['exec', '--help'], ['worker', '--help']]) {
    const { code, stdout } = await run(words);
    expect(code).toBe(0);
    expect(stdout.toString()).toMatch(
      /worker .*exec OWNER\/NAME.*SECRET_STORE_WORKER_DIRECTORY.*SECRET_STORE_BACKEND_URL/s,
    );
  }
});

test.each([
  ['no command', [], 64, 'name a command'],
  ['an unknown command', ['recover'], 64, 'there is no command recover'],
  ['no worker folder', ['worker'], 78, 'set SECRET_STORE_WORKER_DIRECTORY'],
])('%s is refused with a sentence', async (_, words, exitCode, text) => {
  const { code, stdout, stderr } = await run(words);
  expect([code, stdout.length]).toEqual([exitCode, 0]);
  expect(stderr).toContain(text);
});

test.each(['exec', 'supervise'])('%s, started by the shell, asks the worker of the folder that is set', (name) => {
  const start = (words: readonly string[], settings: Record<string, string> = {}) => {
    const environment = { PATH: process.env.PATH ?? '', ...settings };
    const { status, stdout, stderr } = spawnSync(command, [name, ...words], { env: environment, encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  const words = ['demo/hello', '--', 'true'];
  expect(start(words)).toMatchObject({
    status: 78,
    stderr: "secret-store: set SECRET_STORE_WORKER_DIRECTORY to the folder with this worker's keys\n",
  });
  const settings = { SECRET_STORE_WORKER_DIRECTORY: path.join(folder, 'none') };
  const { status, stderr } = start(words, settings);
  expect(status).toBe(69);
  expect(stderr).toContain(`no worker is running on ${path.join(folder, 'none')}`);
  expect(start(['--help'], settings)).toMatchObject({ status: 0, stderr: '' });
});

test('worker and exec need only its folder: for a sealed value, and for one from a plugin in its sandbox', async () => {
  expect(existsSync(path.join(folder, 'node_modules'))).toBe(false);
  const worker = await RunningWorker.create({
    main: [command, 'worker'],
    exec: [command, 'exec'],
    settings: { SECRET_STORE_SANDBOX_DIRECTORY: '' },
  });
  try {
    await worker.ready();
    const { store } = worker;
    const { entry, record } = await store.internalValue('SEALED', 'sealed value');
    const module = packModule(`export class ${factoryClassName} {
      create() { return { getSecret: () => ({ getValue: () => 'plugin value', getTtl: () => 0 }), getTtl: () => 0 }; }
    }`);
    const providerId = idOf('provider');
    const base = await store.configuration(
      {
        providerId,
        revision: 1,
        moduleSha256: module.sha256,
        factoryClassName,
        destinations: ['vault.example.com:443'],
      },
      { address: 'https://vault.example.com', mode: 'x' },
    );
    const plugin = {
      ...entry,
      secretId: idOf('plugin'),
      environmentVariable: 'PLUGIN',
      providerId,
      providerKey: 'one',
      sealedHash: null,
    };
    const delivery = {
      backendCertificate: store.certificate,
      set: store.signSet([entry, plugin]),
      sealedValues: { [entry.secretId]: record },
      providers: { [providerId]: inForce(store, { base }, { providerId, number: 1 }) },
    };
    worker.deliver(delivery, module.bytes);
    expect(await worker.exec('printenv', 'SEALED', 'PLUGIN')).toEqual({
      code: 0,
      stdout: 'sealed value\nplugin value\n',
      stderr: '',
    });
  } finally {
    await worker.remove();
  }
});
