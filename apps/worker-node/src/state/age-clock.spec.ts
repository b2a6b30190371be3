import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AgeClock } from './age-clock.ts';

const anHour = 3_600_000;
let directory: string;
let wall: number;
let uptime: number;
let boot: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'secret-store-age-'));
  [wall, uptime, boot] = [1_000 * anHour, 5 * anHour, 'first'];
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = () => AgeClock.open(directory, { wall: () => wall, uptime: () => uptime, boot });
/** The machine runs on. */
const pass = (milliseconds: number) => {
  wall += milliseconds;
  uptime += milliseconds;
};
const reboot = (next: string) => {
  boot = next;
  uptime = 0;
};

test('a clock that is set forward or back changes nothing while the machine runs, also over a restart of the worker', async () => {
  const clock = await open();
  const begun = clock.now();
  wall += 2 * anHour;
  pass(1_000);
  expect(clock.now() - begun).toBe(1_000);
  await clock.write();
  wall -= 50 * anHour;
  pass(1_000);
  const next = await open();
  expect(next.now() - begun).toBe(2_000);
});

test('a worker that was killed without writing loses nothing', async () => {
  const clock = await open();
  const begun = clock.now();
  await clock.write();
  pass(anHour);
  expect((await open()).now() - begun).toBe(anHour);
});

test('the time in which the machine was off counts by its clock, and a clock that was set back counts as no time', async () => {
  const clock = await open();
  const begun = clock.now();
  await clock.write();
  wall += anHour;
  reboot('second');
  const second = await open();
  expect(second.now() - begun).toBe(anHour);
  await second.write();
  wall -= 100 * anHour;
  reboot('third');
  expect((await open()).now() - begun).toBe(anHour);
});

test('an uptime that goes back, as of a container that was moved, does not take time back', async () => {
  const clock = await open();
  const begun = clock.now();
  uptime -= anHour;
  expect(clock.now()).toBe(begun);
});

test('a file that is damaged counts as none', async () => {
  writeFileSync(path.join(directory, 'age-clock.json'), '{');
  expect((await open()).now()).toBe(wall);
});
