import path from 'node:path';
import { PluginFailure } from '@secret-store/plugin-host';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BackendAway } from '../errors/resolve-failure.ts';
import { loadKept } from '../resolve/resolve-kept.ts';
import { AgeClock } from '../state/age-clock.ts';
import { entryOf, PluginWorker } from '../testing/plugin-worker.ts';

const aDay = 86_400_000;
let worker: PluginWorker;
let clock: AgeClock;
/** of the machine, and of the backends */
let machine: { wall: number; uptime: number; boot: string };
let backend: number;

beforeEach(async () => {
  machine = { wall: 100 * aDay, uptime: 0, boot: 'first' };
  backend = 500 * aDay;
  worker = await PluginWorker.create();
  clock = await openClock();
  clock.heard(backend);
  await worker.offer([entryOf('A')]);
  expect(await resolve()).toMatchObject({ staleSeconds: null });
  worker.getSecret = worker.getSecretVersion = () => Promise.reject(new PluginFailure('unreachable'));
});
afterEach(() => worker.remove());

const openClock = () =>
  AgeClock.open(path.join(worker.directory, 'state'), {
    wall: () => machine.wall,
    uptime: () => machine.uptime,
    boot: machine.boot,
  });
const resolve = () => {
  worker.now = clock.now();
  return worker.resolveAll();
};
/** The next process, which takes up what is on the disk as its first refresh does. */
const restart = async () => {
  await clock.write();
  await worker.restart();
  clock = await openClock();
  worker.now = clock.now();
  expect(await loadKept(worker.dependencies(), { owner: 'demo', name: 'hello' })).not.toBeNull();
};
const reboot = () => {
  machine = { wall: 0, uptime: 0, boot: 'second' };
  return restart();
};
const refused = () => expect(resolve()).rejects.toMatchObject({ exitCode: 69, variable: 'A' });

test('a value that a suspended machine held too long is refused as soon as a backend has said what time it is', async () => {
  backend += aDay + 1_000;
  expect(await resolve()).toMatchObject({ staleSeconds: null });
  clock.heard(backend);
  await refused();
});

test('a value that is too old after a restart with a clock that was set back is refused', async () => {
  await reboot();
  expect(await resolve()).toMatchObject({ staleSeconds: null });
  backend += aDay + 1_000;
  clock.heard(backend);
  await refused();
});

test('the age stays when the clock is set back again, also while no backend answers', async () => {
  backend += aDay;
  clock.heard(backend);
  expect(await resolve()).toMatchObject({ staleSeconds: 86_400 });
  await reboot();
  worker.beforeDelivery = () => Promise.reject(new BackendAway('the backend gave no answer'));
  expect(await resolve()).toMatchObject({ staleSeconds: 86_400 });
  machine.uptime += 1_000;
  await refused();
});

test.each([3_600_000, -3_600_000])('a clock of the machine that is set by %i ms changes no age', async (by) => {
  machine.wall += by;
  machine.uptime += 60_000;
  backend += 60_000;
  clock.heard(backend);
  expect(await resolve()).toMatchObject({ staleSeconds: 60 });
  machine.wall -= 2 * by;
  await restart();
  clock.heard(backend);
  expect(await resolve()).toMatchObject({ staleSeconds: 60 });
});
