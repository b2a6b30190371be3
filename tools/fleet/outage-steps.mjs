import { strict as assert } from 'node:assert';
import { setTimeout as pause } from 'node:timers/promises';
import {
  addAlgorithm,
  changePools,
  changeValue,
  done,
  gets,
  lastLine,
  online,
  refusedSoonAfter,
  seconds,
  shownOn,
  variable,
  workerOn,
} from './checks.mjs';

const cutMilliseconds = 300_000;
const shortSeconds = 60;
const values = { before: 'a value from before the cut', meanwhile: 'a value that came while it was cut' };
const pools = ['default', 'gpu'];
const stale = /these values were last known to be current (.+) ago/;

const algorithms = {};
const times = { cut: 0, connected: 0 };

const since = (moment) => performance.now() - moment;

/** @returns what `exec` on the machine that is cut off says, which goes on with what it knows */
const goesOn = (machines, algorithm, value) => {
  const begun = performance.now();
  const { status, value: got, stderr } = machines.exec('two', algorithm, variable);
  assert.equal(status, 0, stderr);
  assert.equal(got, value);
  assert.match(stderr, stale);
  return `after ${seconds(since(begun))}: ${lastLine(stderr)}`;
};

/** A real cut between two machines. Begins with workers `one` and `two`, of the pools `default` and `gpu`, that are online. */
export const outageSteps = [
  [
    'four algorithms run on both workers, one with a value that may be used for a minute in an outage',
    async (machines) => {
      for (const name of ['kept', 'short', 'taken', 'deleted']) {
        const more = name === 'short' ? { stale_seconds: shortSeconds } : {};
        const algorithm = await addAlgorithm(machines, name, values.before, more);
        await changePools(machines, algorithm, pools);
        await machines.eventually(
          `${name} is ready on two`,
          async () => (await shownOn(machines, algorithm, 'two')).state === 'ready',
        );
        algorithms[name] = algorithm;
      }
      await gets(machines, 'two', algorithms.kept.name, values.before);
    },
  ],
  [
    'a worker whose cable is cut goes on, and says how old its values are',
    async (machines) => {
      machines.cable('two', 'down');
      times.cut = performance.now();
      // it knows of no cut before a beat is missing
      await machines.eventually('exec says so', async () =>
        stale.test(machines.exec('two', algorithms.kept.name, variable).stderr),
      );
      return goesOn(machines, algorithms.kept.name, values.before);
    },
  ],
  [
    'the panel says that it is offline',
    async (machines) => {
      await machines.eventually(
        'the worker is offline',
        async () => (await workerOn(machines, 'two')).state === 'offline',
      );
      const after = seconds(since(times.cut));
      assert.equal((await shownOn(machines, algorithms.kept, 'two')).state, 'offline');
      return `${after} after the cut`;
    },
  ],
  [
    'a change meanwhile is taken, and is ready on the other worker; here the value before serves',
    async (machines) => {
      const begun = performance.now();
      await changeValue(machines, algorithms.kept, values.meanwhile);
      await machines.eventually(
        'it is ready on one',
        async () => (await shownOn(machines, algorithms.kept, 'one')).version === 2,
      );
      const after = seconds(since(begun));
      await gets(machines, 'one', algorithms.kept.name, values.meanwhile);
      assert.match(goesOn(machines, algorithms.kept.name, values.before), stale);
      return `ready on one ${after} after the write began`;
    },
  ],
  [
    'an algorithm is taken from the pool and another one deleted meanwhile: here both still run',
    async (machines) => {
      await changePools(machines, algorithms.taken, ['default']);
      await done(machines, 'DELETE', `/v1/algorithms/${algorithms.deleted.algorithmId}`);
      goesOn(machines, algorithms.taken.name, values.before);
      return goesOn(machines, algorithms.deleted.name, values.before);
    },
  ],
  [
    'a value past its limit is refused with 69',
    async (machines) => {
      let ran;
      await machines.eventually('it is refused', async () => {
        ran = machines.exec('two', algorithms.short.name, variable);
        return ran.status === 69;
      });
      assert.ok(since(times.cut) > shortSeconds * 1000 - 2_000, `already after ${seconds(since(times.cut))}`);
      assert.match(ran.stderr, /may be used for 60 s/);
      return `${seconds(since(times.cut))} after the cut: ${lastLine(ran.stderr)}`;
    },
  ],
  [
    'after five minutes the others still run',
    async (machines) => {
      await pause(Math.max(0, cutMilliseconds - since(times.cut)));
      return goesOn(machines, algorithms.kept.name, values.before);
    },
  ],
  [
    'connected again: what was taken from the pool is refused within 4 s',
    async (machines) => {
      machines.cable('two', 'up');
      times.connected = performance.now();
      return refusedSoonAfter(machines, 'two', algorithms.taken.name, times.connected);
    },
  ],
  [
    'and so is what was deleted',
    (machines) => refusedSoonAfter(machines, 'two', algorithms.deleted.name, times.connected),
  ],
  [
    'the change of meanwhile is there, and nothing is said of old values any more',
    async (machines) => {
      const { status, value, stderr } = machines.exec('two', algorithms.kept.name, variable);
      assert.deepEqual([status, value], [0, values.meanwhile], stderr);
      assert.doesNotMatch(stderr, stale);
      const short = machines.exec('two', algorithms.short.name, variable);
      assert.deepEqual([short.status, short.value], [0, values.before], short.stderr);
      return `${seconds(since(times.connected))} after it was connected again`;
    },
  ],
  [
    'the worker is online, and the panel shows that it has the change',
    async (machines) => {
      await online(machines, 'two');
      const after = seconds(since(times.connected));
      await machines.eventually('its receipt is there', async () => {
        const { state, version } = await shownOn(machines, algorithms.kept, 'two');
        return state === 'ready' && version === 2;
      });
      return `online ${after}, with its receipt ${seconds(since(times.connected))} after it was connected again`;
    },
  ],
];
