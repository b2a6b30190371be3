import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'make-folder-'));
});
afterEach(() => rmSync(base, { recursive: true }));

test('the folder and those above it are made, each with the mode, and the topmost is named', async () => {
  const folder = path.join(base, 'one/two/three');
  expect(await makeFolder(folder, 0o700)).toBe(path.join(base, 'one'));
  for (const made of ['one', 'one/two', 'one/two/three'])
    expect(statSync(path.join(base, made)).mode & 0o777).toBe(0o700);
  expect(await makeFolder(folder)).toBeNull();
});

test('a file in the way is refused', async () => {
  const file = path.join(base, 'file');
  writeFileSync(file, '');
  await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(path.join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

test('it ends where the file system makes no folders', async () => {
  await expect(makeFolder('/proc/nowhere/below')).rejects.toMatchObject({ code: 'ENOENT', syscall: 'mkdir' });
});
