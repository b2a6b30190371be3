import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleProgram } from '@secret-store/bundle';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { commands } from './commands.ts';

const checkout = path.resolve(import.meta.dirname, '../../..');

let built: string;
let folder: string;

beforeAll(async () => {
  built = mkdtempSync(path.join(tmpdir(), 'secret-store-dispatcher-'));
  await bundleProgram(path.join(import.meta.dirname, 'main.ts'), path.join(built, 'main.mjs'));
});

afterAll(() => rmSync(built, { recursive: true }));

/** A checkout with nothing in it but the command and what a test puts there. */
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'secret-store-command-'));
  mkdirSync(path.join(folder, 'tools'));
  copyFileSync(path.join(checkout, 'tools/secret-store'), path.join(folder, 'tools/secret-store'));
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
});

afterEach(() => rmSync(folder, { recursive: true }));

const put = (file: string, source: string, mode = 0o644) => {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), source, { mode });
};

const run = (words: readonly string[], command = path.join(folder, 'tools/secret-store'), env = process.env) => {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd: tmpdir(), encoding: 'utf8', env });
  return { status, stdout, stderr };
};

const program = 'process.stdout.write(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;';

/** Puts the dispatcher where a build puts it. */
const putDispatcher = () => {
  mkdirSync(path.join(folder, 'dist/apps/cli'), { recursive: true });
  copyFileSync(path.join(built, 'main.mjs'), path.join(folder, 'dist/apps/cli/main.mjs'));
};

test.each([
  ['exec', 'dist/apps/worker-node/exec.cjs'],
  ['supervise', 'dist/apps/worker-node/supervise.cjs'],
  ['recover', 'dist/apps/cli/recover.mjs'],
  ['accept-restored-database', 'dist/apps/backend/accept-restored-database.mjs'],
  ['verify-audit', 'dist/apps/backend/verify-audit.mjs'],
  ['reset-password', 'dist/apps/backend/reset-password.mjs'],
  ['create-provider', 'dist/apps/cli/create-provider.mjs'],
  ['check', 'dist/apps/cli/check.mjs'],
  ['dev', 'dist/apps/cli/dev.mjs'],
  ['update-sdk', 'dist/apps/cli/update-sdk.mjs'],
  ['pack-plugin', 'dist/apps/cli/pack-plugin.mjs'],
  ['conformance', 'dist/apps/cli/conformance.mjs'],
  ['create-signing-key', 'dist/apps/cli/create-signing-key.mjs'],
  ['init', 'dist/apps/cli/init.mjs'],
  ['migrate', 'dist/apps/cli/migrate.mjs'],
])('%s runs its program with the arguments as they are, also through a link and from anywhere', (name, file) => {
  putDispatcher();
  put(file, program);
  const link = path.join(folder, 'link');
  symlinkSync(path.join(folder, 'tools/secret-store'), link);
  for (const command of [path.join(folder, 'tools/secret-store'), link]) {
    expect(run([name, 'a b', '--', '-x', ''], command)).toEqual({
      status: 7,
      stdout: '["a b","--","-x",""]',
      stderr: '',
    });
  }
});

test('an unknown command is wrong usage, and standard output stays empty', () => {
  putDispatcher();
  const { status, stdout, stderr } = run(['constructor']);
  expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
  expect(stderr).toContain('secret-store: unknown command constructor');
  expect(run([])).toMatchObject({ status: 64, stdout: '' });
});

test.each(['--help', '-h', 'help'])('%s lists every command', (word) => {
  putDispatcher();
  const { status, stdout, stderr } = run([word]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const [name, { summary }] of Object.entries(commands))
    expect(stdout).toMatch(new RegExp(`^ {2}${name} +${summary}$`, 'm'));
});

test.each(Object.entries(commands))('%s --help shows its usage and does not start it', (name, { usage, file }) => {
  putDispatcher();
  put(path.join('dist/apps/cli', file), program);
  for (const words of [['--help'], ['x', '-h']]) {
    const { status, stdout, stderr } = run([name, ...words]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`Usage: tools/secret-store ${name} ${usage}\n`);
  }
});

test('--help after -- belongs to the command that exec runs', () => {
  putDispatcher();
  put('dist/apps/worker-node/exec.cjs', program);
  expect(run(['exec', 'demo/hello', '--', 'ls', '--help']).stdout).toBe('["demo/hello","--","ls","--help"]');
});

test.each(['exec', 'supervise'])('%s needs no dispatcher and no authorities, which Node reads at its start', (name) => {
  put(`dist/apps/worker-node/${name}.cjs`, 'console.log(process.argv.slice(2), process.env.NODE_EXTRA_CA_CERTS);');
  const authorities = { ...process.env, NODE_EXTRA_CA_CERTS: path.join(folder, 'authorities.pem') };
  expect(run([name, 'a b', '--', '-x', ''], undefined, authorities)).toEqual({
    ...{ status: 0, stderr: '' },
    stdout: "[ 'a b', '--', '-x', '' ] undefined\n",
  });
});

test('other commands keep the authorities', () => {
  putDispatcher();
  put('dist/apps/cli/recover.mjs', 'process.stdout.write(String(process.env.NODE_EXTRA_CA_CERTS));');
  const authorities = { ...process.env, NODE_EXTRA_CA_CERTS: '/dev/null' };
  expect(run(['recover', 'exec'], undefined, authorities).stdout).toBe('/dev/null');
});

test('without its dependencies it says how to install them', () => {
  const { status, stdout, stderr } = run(['exec', 'demo/hello', '--', 'true']);
  expect({ status, stdout }).toEqual({ status: 78, stdout: '' });
  expect(stderr).toContain('npm ci');
});

test('what is not built yet is built, with nothing on standard output', () => {
  const places = ['dist/apps/cli', 'dist/apps/worker-node'];
  const dispatcher = path.join(built, 'main.mjs');
  const nx = [
    '#!/bin/sh',
    'echo building "$1" "$2"',
    `mkdir -p ${places.join(' ')}`,
    `cp '${dispatcher}' dist/apps/cli`,
    `echo '${program}' > dist/apps/worker-node/exec.cjs`,
  ];
  put('node_modules/.bin/nx', `${nx.join('\n')}\n`, 0o755);
  const { status, stdout, stderr } = run(['exec', 'demo/hello']);
  expect({ status, stdout }).toEqual({ status: 7, stdout: '["demo/hello"]' });
  expect(stderr).toContain('building run cli:build');
});

test('a command whose program is missing says how to build it', () => {
  putDispatcher();
  const { status, stdout, stderr } = run(['recover', 'file']);
  expect({ status, stdout }).toEqual({ status: 78, stdout: '' });
  expect(stderr).toBe('secret-store: recover is not built: run npx nx run cli:build\n');
});
