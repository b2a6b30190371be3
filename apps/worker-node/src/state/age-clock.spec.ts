import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

describe('signed times', () => {
  /** What the clocks of the backends say: they are set as the test likes. */
  let backend: number;
  beforeEach(() => (backend = 3_000 * anHour));
  /** Also the backends' clocks go on. */
  const passEverywhere = (milliseconds: number) => {
    pass(milliseconds);
    backend += milliseconds;
  };
  const openAndHear = async () => {
    const clock = await open();
    clock.heard(backend);
    return clock;
  };

  test('count the time in which the machine was suspended, which its uptime leaves out', async () => {
    const clock = await openAndHear();
    const begun = clock.now();
    backend += 3 * anHour;
    expect(clock.now() - begun).toBe(0);
    clock.heard(backend);
    expect(clock.now() - begun).toBe(3 * anHour);
    passEverywhere(1_000);
    clock.heard(backend);
    expect(clock.now() - begun).toBe(3 * anHour + 1_000);
  });

  test('count the time in which the machine was off and its clock was set back', async () => {
    const clock = await openAndHear();
    const begun = clock.now();
    await clock.write();
    backend += 5 * anHour;
    wall -= 100 * anHour;
    reboot('second');
    const next = await open();
    expect(next.now() - begun).toBe(0);
    next.heard(backend);
    expect(next.now() - begun).toBe(5 * anHour);
    await next.write();
    wall -= 100 * anHour;
    reboot('third');
    expect((await open()).now() - begun).toBe(5 * anHour);
  });

  test.each([
    ['an hour ahead of', anHour],
    ['an hour behind', -anHour],
  ])('that are %s this machine from the beginning change nothing', async (_, difference) => {
    backend = wall + difference;
    const clock = await openAndHear();
    const begun = clock.now();
    passEverywhere(7_000);
    clock.heard(backend);
    expect(clock.now() - begun).toBe(7_000);
    await clock.write();
    passEverywhere(1_000);
    expect((await openAndHear()).now() - begun).toBe(8_000);
  });

  test('that go ahead by an hour make everything that much older, once, and those that go back nothing younger', async () => {
    const clock = await openAndHear();
    const begun = clock.now();
    backend += anHour;
    for (let answers = 0; answers < 3; answers += 1) clock.heard(backend);
    expect(clock.now() - begun).toBe(anHour);
    backend -= 2 * anHour;
    clock.heard(backend);
    passEverywhere(1_000);
    clock.heard(backend);
    expect(clock.now() - begun).toBe(anHour + 1_000);
  });

  test('do not add up the differences of how long answers were on their way', async () => {
    const clock = await openAndHear();
    const begun = clock.now();
    for (let answers = 0; answers < 100; answers += 1) {
      passEverywhere(1_000);
      clock.heard(backend - (answers % 2 === 0 ? 100 : 0));
    }
    expect(clock.now() - begun).toBe(100_000);
  });
});
