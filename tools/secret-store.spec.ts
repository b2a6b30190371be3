import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;

/** A checkout with nothing in it but the command and what a test puts there. */
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'secret-store-command-'));
  mkdirSync(path.join(folder, 'tools'));
  copyFileSync(path.join(import.meta.dirname, 'secret-store'), path.join(folder, 'tools/secret-store'));
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
});

afterEach(() => rmSync(folder, { recursive: true }));

const put = (file: string, source: string, mode = 0o644) => {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), source, { mode });
};

const run = (words: readonly string[], command = path.join(folder, 'tools/secret-store')) => {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd: tmpdir(), encoding: 'utf8' });
  return { status, stdout, stderr };
};

const program = 'process.stdout.write(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;';

test.each([
  ['exec', 'dist/apps/worker-node/exec.mjs'],
  ['recover', 'dist/apps/cli/recover.mjs'],
  ['create-provider', 'dist/apps/cli/create-provider.mjs'],
  ['pack-plugin', 'dist/apps/cli/pack-plugin.mjs'],
  ['conformance', 'dist/apps/cli/conformance.mjs'],
  ['create-signing-key', 'dist/apps/cli/create-signing-key.mjs'],
])('%s runs its program with the arguments as they are, also through a link and from anywhere', (name, file) => {
  put(file, program);
  const link = path.join(folder, 'link');
  symlinkSync(path.join(folder, 'tools/secret-store'), link);
  for (const command of [path.join(folder, 'tools/secret-store'), link]) {
    expect(run([name, 'a b', '--', '-x', ''], command)).toEqual({ status: 7, stdout: '["a b","--","-x",""]', stderr: '' });
  }
});

test('an unknown command is a mistake in use, and standard output stays empty', () => {
  const { status, stdout, stderr } = run(['constructor']);
  expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
  expect(stderr).toContain('there is no command constructor');
  expect(run([]).status).toBe(64);
});

test('--help lists the commands', () => {
  const { status, stdout } = run(['--help']);
  expect(status).toBe(0);
  for (const name of ['exec', 'recover', 'create-provider', 'pack-plugin', 'conformance', 'create-signing-key']) expect(stdout).toContain(`  ${name} `);
});

test('where nothing is installed it says the mend', () => {
  const { status, stdout, stderr } = run(['exec', 'demo/hello', '--', 'true']);
  expect({ status, stdout }).toEqual({ status: 78, stdout: '' });
  expect(stderr).toContain('npm ci');
});

test('where nothing is built it builds the one program, with nothing on standard output', () => {
  put('node_modules/.bin/nx', `#!/bin/sh\necho building "$1" "$2"\nmkdir -p dist/apps/worker-node\necho '${program}' > dist/apps/worker-node/exec.mjs\n`, 0o755);
  const { status, stdout, stderr } = run(['exec', 'demo/hello']);
  expect({ status, stdout }).toEqual({ status: 7, stdout: '["demo/hello"]' });
  expect(stderr).toContain('building run worker-node:build');
});
