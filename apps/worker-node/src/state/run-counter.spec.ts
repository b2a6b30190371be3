import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { beginRun } from './run-counter.ts';

let root: string;
let directory: string;
const file = () => path.join(directory, 'run.json');

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'secret-store-run-'));
  directory = path.join(root, 'state');
});
afterEach(() => rmSync(root, { recursive: true }));

test('each start of a folder is one run more, and on disk when the process hears of it', async () => {
  for (const run of [1, 2, 3]) {
    expect(await beginRun(directory)).toMatchObject({ run });
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ run });
  }
});

test('two processes that begin the same run differ', async () => {
  const { instance } = await beginRun(directory);
  rmSync(file());
  const again = await beginRun(directory);
  expect(again.run).toBe(1);
  expect(again.instance).not.toBe(instance);
});

test('a run that cannot be written is not begun', async () => {
  await beginRun(directory);
  mkdirSync(`${file()}.new`);
  await expect(beginRun(directory)).rejects.toThrow();
});

test('a file that is damaged is not a folder without runs', async () => {
  mkdirSync(directory);
  for (const text of ['', '{', '{"run":"7"}', '{"run":-1}']) {
    writeFileSync(file(), text);
    await expect(beginRun(directory)).rejects.toThrow(
      /run\.json is damaged: remove this worker's folder and join again/,
    );
    expect(readFileSync(file(), 'utf8')).toBe(text);
  }
});
