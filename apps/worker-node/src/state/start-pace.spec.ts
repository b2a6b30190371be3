import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { paceStart } from './start-pace.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'secret-store-starts-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** @returns for how long the start waited */
const startAt = async (time: number): Promise<number> => {
  let waited = 0;
  await paceStart(directory, { now: () => time + waited, pause: async (milliseconds) => (waited = milliseconds) });
  return waited;
};

test('1,000 starts in an hour become 70 at most: a worker that ends at once, and is started again after 3.6 s', async () => {
  let starts = 0;
  for (let now = 0; now < 3_600_000; now += 3_600) {
    now += await startAt(now);
    starts += 1;
  }
  expect(starts).toBeLessThanOrEqual(70);
});

test('nine restarts do not wait, and none does after a quiet time', async () => {
  for (let start = 0; start < 10; start += 1) expect(await startAt(start)).toBe(0);
  expect(await startAt(1_000)).toBe(59_009);
  expect(await startAt(700_000)).toBe(0);
});

test('one that ends while it waits gains nothing', async () => {
  for (let start = 0; start < 10; start += 1) await startAt(start);
  const ended = { now: () => 1_000, pause: () => Promise.reject(new Error('ended')) };
  await expect(paceStart(directory, ended)).rejects.toThrow('ended');
  expect(await startAt(2_000)).toBe(58_009);
});

test('a clock that was set back, and a damaged file, hold up no start', async () => {
  for (let start = 0; start < 10; start += 1) await startAt(1_000_000 + start);
  expect(await startAt(5)).toBe(0);
  writeFileSync(path.join(directory, 'starts.json'), 'damaged');
  expect(await startAt(6)).toBe(0);
});
