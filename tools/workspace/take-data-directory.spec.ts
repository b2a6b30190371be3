import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let base: string;
beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'data-directory-'));
});
afterEach(() => rmSync(base, { recursive: true }));

const script = `import { takeDataDirectory } from '${path.join(import.meta.dirname, 'take-data-directory.mjs')}';
process.stdout.write(takeDataDirectory('unused'));`;
const take = (directory: string) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, SECRET_STORE_DATA_DIR: directory },
  });
  return { status, stdout, stderr };
};

test('the folder and those above it are made for their owner alone', () => {
  const directory = path.join(base, 'one/two');
  expect(take(directory)).toEqual({ status: 0, stdout: directory, stderr: '' });
  for (const made of ['one', 'one/two']) expect(statSync(path.join(base, made)).mode & 0o777).toBe(0o700);
  expect(take(directory)).toMatchObject({ status: 0 });
});

test.each([
  ['a file', 'file', /file cannot be used: it is a file, not a folder/],
  ['a folder below a file', 'file/below', /below cannot be used: a part of the path is a file/],
  ['a folder where none can be made', '/proc/nowhere/below', /\/proc\/nowhere cannot be used: no folder can be made/],
])('%s is refused in one sentence', (_what, name, says) => {
  writeFileSync(path.join(base, 'file'), '');
  const { status, stderr } = take(path.resolve(base, name));
  expect(status).toBe(1);
  expect(stderr).toMatch(says);
  expect(stderr.trimEnd()).not.toContain('\n');
});
