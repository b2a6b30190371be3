import { getEventListeners } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CommandProblem } from '@secret-store/command-line';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProjectWatcher } from './project-watcher.ts';

let base: string;
let project: string;
let watcher: ProjectWatcher | null;
const stop = new AbortController();

beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'watcher-'));
  project = path.join(base, 'project');
  mkdirSync(path.join(project, 'src/deep'), { recursive: true });
  writeFileSync(path.join(project, 'src/deep/file.ts'), '');
  watcher = null;
});
afterEach(() => {
  watcher?.close();
  rmSync(base, { recursive: true });
});

/** Settles when the change that `work` makes is noticed. */
const noticed = async (work: () => void): Promise<void> => {
  watcher ??= new ProjectWatcher(project);
  work();
  expect(await watcher.change(stop.signal)).toBe(true);
  // one that stays for each change would be a warning of Node's on the author's terminal
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
};
const edit = (file: string) => () => appendFileSync(path.join(project, file), '// changed\n');

test.each(['src', 'src/deep'])('a folder that was replaced is watched as before: %s', async (folder) => {
  const elsewhere = path.join(base, 'elsewhere');
  await noticed(() => renameSync(path.join(project, folder), elsewhere));
  await noticed(() => renameSync(elsewhere, path.join(project, folder)));
  await noticed(edit('src/deep/file.ts'));
});

test('a folder that is made later is watched, with those in it', async () => {
  await noticed(() => mkdirSync(path.join(project, 'src/new/below'), { recursive: true }));
  await noticed(edit('src/new/below/file.ts'));
  await noticed(edit('src/new/below/file.ts'));
});

test('a folder that is a link is watched, and one that leads back is followed once', async () => {
  const elsewhere = path.join(base, 'elsewhere');
  renameSync(path.join(project, 'src'), elsewhere);
  symlinkSync(elsewhere, path.join(project, 'src'));
  symlinkSync('.', path.join(project, 'self'));
  await noticed(edit('src/deep/file.ts'));
});

test('a project that is gone is a change', async () => {
  await noticed(() => rmSync(project, { recursive: true }));
});

test('what is no folder cannot be watched, and it says so', () => {
  for (const name of ['nowhere', 'src/deep/file.ts'])
    expect(() => new ProjectWatcher(path.join(project, name))).toThrow(CommandProblem);
});
