import fs, { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isUpToDate, unlessUpToDate } from './fingerprint.mjs';

let folder: string;
let source: string;
let output: string;
const work = vi.fn<() => number>();

const files = (tools = 'tools 1') => ({
  tools,
  sources: [path.join(folder, 'src')],
  outputs: [path.join(folder, 'out')],
  mark: path.join(folder, 'mark'),
});
const build = (tools?: string) => unlessUpToDate(files(tools), work);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fingerprint-'));
  source = path.join(folder, 'src/a.ts');
  output = path.join(folder, 'out/a.mjs');
  mkdirSync(path.dirname(source));
  mkdirSync(path.dirname(output));
  writeFileSync(source, 'one');
  work.mockReset().mockImplementation(() => {
    writeFileSync(output, 'built');
    return 0;
  });
  // long after the sources were written
  vi.setSystemTime(Date.now() + 60_000);
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

test('builds once, and does not rebuild while nothing changes', () => {
  expect([build(), build(), build()]).toEqual([0, 0, 0]);
  expect(work).toHaveBeenCalledTimes(1);
});

test('builds again after an edit that keeps the size and the time of modification', () => {
  // whole seconds, which can be set again exactly
  const time = 1_700_000_000;
  utimesSync(source, time, time);
  build();
  writeFileSync(source, 'two');
  utimesSync(source, time, time);
  build();
  expect(work).toHaveBeenCalledTimes(2);
});

test('builds again when a source changed during the build', () => {
  work.mockImplementationOnce(() => {
    writeFileSync(source, 'changed meanwhile');
    return 0;
  });
  build();
  build();
  expect(work).toHaveBeenCalledTimes(2);
});

test('builds again when a source was added or removed', () => {
  build();
  writeFileSync(path.join(folder, 'src/b.ts'), 'new');
  build();
  rmSync(path.join(folder, 'src/b.ts'));
  build();
  expect(work).toHaveBeenCalledTimes(3);
});

test('builds again when an output is missing or was changed', () => {
  build();
  rmSync(output);
  build();
  writeFileSync(output, 'somebody else');
  build();
  expect(work).toHaveBeenCalledTimes(3);
});

test('builds again when the build tools change', () => {
  build();
  build('tools 2');
  expect(work).toHaveBeenCalledTimes(2);
});

test('builds again after a failure, also when the failure left the sources and outputs of the last success', () => {
  build();
  writeFileSync(source, 'two');
  work.mockReturnValueOnce(1);
  expect(build()).toBe(1);
  writeFileSync(source, 'one');
  build();
  build();
  expect(work).toHaveBeenCalledTimes(3);
});

test('does not trust a source that changed a moment before the build', () => {
  vi.useRealTimers();
  build();
  build();
  expect(work).toHaveBeenCalledTimes(2);
});

test.each(['out/a.mjs', 'src/a.ts'])('is up to date once built, and no longer when %s is written again', (name) => {
  expect(isUpToDate(files())).toBe(false);
  build();
  expect(isUpToDate(files())).toBe(true);
  const file = path.join(folder, name);
  rmSync(file);
  writeFileSync(file, 'built');
  expect(isUpToDate(files())).toBe(false);
});

test.each([
  ['file that is removed once it is listed', (place: string) => writeFileSync(place, ''), 'src'],
  ['folder that is removed once it is listed', (place: string) => void mkdirSync(place), 'src'],
  ['folder that is removed before it is listed', (place: string) => void mkdirSync(place), 'src/removed'],
])('a %s does not stop it', (_what, make, whenListing) => {
  const removed = path.join(folder, 'src/removed');
  make(removed);
  const list = fs.readdirSync;
  const listAndRemove = (...words: Parameters<typeof list>) => {
    const isMoment = words[0] === path.join(folder, whenListing);
    if (isMoment && whenListing === 'src/removed') rmSync(removed, { recursive: true });
    const found = list(...words);
    if (isMoment) rmSync(removed, { recursive: true, force: true });
    return found;
  };
  vi.spyOn(fs, 'readdirSync').mockImplementation(listAndRemove as typeof list);
  syncBuiltinESMExports();
  try {
    expect(build()).toBe(0);
  } finally {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  }
  expect(work).toHaveBeenCalledTimes(1);
});
