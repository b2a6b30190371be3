import { beforeEach, describe, expect, test } from 'vitest';
import type { OnChange } from '../running/parse-arguments.ts';
import type { RunResult } from '../launch/run-command.ts';
import type { ResolveAnswer } from '../socket/resolve-protocol.ts';
import { Backoff } from './backoff.ts';
import { Supervisor } from './supervise.ts';

/** A run that the supervisor has begun. */
class FakeRun {
  readonly signals: string[] = [];
  isStarted = false;
  isClosed = false;
  end: (code: number, isStarted?: boolean) => void = () => undefined;

  constructor(
    readonly changed: () => void,
    private readonly answer: () => Promise<ResolveAnswer>,
  ) {}

  open(): Promise<ResolveAnswer> {
    return this.answer();
  }

  start(): Promise<RunResult> {
    this.isStarted = true;
    return new Promise((resolve) => {
      this.end = (exitCode, isStarted = true) => resolve({ exitCode, isStarted, plan: null });
    });
  }

  signal(signal: string): void {
    this.signals.push(signal);
  }

  kill(): void {
    this.signals.push('SIGKILL');
    this.end(137);
  }

  close(): void {
    this.isClosed = true;
  }
}

let runs: FakeRun[];
/** Pauses that last until the test ends them. */
let pauses: { readonly milliseconds: number; readonly end: () => void }[];
let said: string[];
let now: number;
let answer: () => Promise<ResolveAnswer>;

const values: ResolveAnswer = { number: 1, environment: {}, versions: {}, staleSeconds: null, strict: false };

beforeEach(() => {
  runs = [];
  pauses = [];
  said = [];
  now = 0;
  answer = async () => values;
});

/** Everything that is due has happened afterwards. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const begin = async (rules: { onChange?: OnChange; maxRestarts?: number | null } = {}) => {
  const supervisor = new Supervisor({
    rules: { onChange: 'restart', drainSeconds: 7, maxRestarts: null, ...rules },
    createRun: (changed) => {
      const run = new FakeRun(changed, () => answer());
      runs.push(run);
      return run;
    },
    say: (message) => said.push(message),
    now: () => now,
    pause: (milliseconds, signal) =>
      new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve());
        pauses.push({ milliseconds, end: resolve });
      }),
    random: () => 1,
  });
  let code: number | null = null;
  void supervisor.supervise().then((exitCode) => (code = exitCode));
  await settled();
  return { supervisor, code: () => code };
};

const last = (): FakeRun => {
  const run = runs.at(-1);
  if (run === undefined) throw new Error('nothing was started');
  return run;
};
const endLast = async (code: number, isStarted?: boolean) => {
  last().end(code, isStarted);
  await settled();
};
const endPause = async () => {
  pauses.at(-1)?.end();
  await settled();
};

describe('a command that ends by itself', () => {
  test('with 0 ends supervise with 0', async () => {
    const { code } = await begin();
    await endLast(0);
    expect({ code: code(), runs: runs.length, isClosed: last().isClosed }).toEqual({
      code: 0,
      runs: 1,
      isClosed: true,
    });
  });

  test('with a failure is started again, later each time, up to 60 s, and after a good run from 1 s again', async () => {
    const { code } = await begin();
    for (let count = 0; count < 8; count += 1) {
      await endLast(3);
      await endPause();
    }
    expect(pauses.map(({ milliseconds }) => milliseconds / 1000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    now += 60_000;
    await endLast(3);
    expect(pauses.at(-1)?.milliseconds).toBe(1_000);
    await endPause();
    expect({ code: code(), runs: runs.length }).toEqual({ code: null, runs: 10 });
  });

  test.each([0, 2])('is started again at most %i times, and then its exit code is ours', async (maxRestarts) => {
    const { code } = await begin({ maxRestarts });
    for (let count = 0; count < maxRestarts; count += 1) {
      await endLast(3);
      await endPause();
    }
    await endLast(4);
    expect({ code: code(), runs: runs.length }).toEqual({ code: 4, runs: maxRestarts + 1 });
  });

  test('that cannot be started ends supervise, and one that was there before is tried again', async () => {
    const first = await begin();
    await endLast(127);
    expect(first.code()).toBe(127);
    const second = await begin();
    await endLast(1);
    await endPause();
    await endLast(127);
    await endPause();
    expect(second.code()).toBe(null);
    await endLast(78, false);
    expect(second.code()).toBe(78);
  });
});

describe('other values', () => {
  test('end the command, which starts again with them at once, whatever its exit code', async () => {
    const { code } = await begin({ maxRestarts: 0 });
    for (const exitCode of [0, 143, 1]) {
      last().changed();
      last().changed();
      expect(last().signals).toEqual(['SIGTERM']);
      await endLast(exitCode);
    }
    expect({ code: code(), runs: runs.length }).toEqual({ code: null, runs: 4 });
    expect(pauses.map(({ milliseconds }) => milliseconds)).toEqual([7_000, 7_000, 7_000]);
  });

  test('end a command that ignores SIGTERM when its time is over, and leave the next one alone', async () => {
    await begin();
    const [first] = runs;
    first?.changed();
    await endPause();
    expect(first?.signals).toEqual(['SIGTERM', 'SIGKILL']);
    last().changed();
    const [, late] = pauses;
    await endLast(0);
    late?.end();
    await settled();
    expect(runs.map(({ signals }) => signals)).toEqual([['SIGTERM', 'SIGKILL'], ['SIGTERM'], []]);
  });

  test('only signal the command, or do nothing, where that was asked for', async () => {
    await begin({ onChange: { signal: 'SIGHUP' } });
    last().changed();
    last().changed();
    expect(last().signals).toEqual(['SIGHUP', 'SIGHUP']);
    await begin({ onChange: 'leave' });
    last().changed();
    expect(last().signals).toEqual([]);
  });

  test('of a run that is over change nothing', async () => {
    await begin();
    const [first] = runs;
    await endLast(1);
    await endPause();
    first?.changed();
    expect(runs.map(({ signals }) => signals)).toEqual([[], []]);
    await endLast(0);
    expect(runs).toHaveLength(2);
  });
});

describe('values that cannot be had', () => {
  const refusing = (exitCode: 69 | 77 | 78) => async (): Promise<ResolveAnswer> => ({
    exitCode,
    message: 'the reason',
  });

  test.each([69, 77, 78] as const)('at the first start end supervise with %i, as exec', async (exitCode) => {
    answer = refusing(exitCode);
    const { code } = await begin();
    expect({ code: code(), isStarted: last().isStarted }).toEqual({ code: exitCode, isStarted: false });
  });

  test('as a command that the machine cannot start now ends supervise the first time, and is tried again later', async () => {
    const first = await begin();
    await endLast(69, false);
    expect(first.code()).toBe(69);
    const second = await begin({ maxRestarts: 1 });
    await endLast(1);
    for (let count = 0; count < 3; count += 1) {
      await endPause();
      await endLast(69, false);
    }
    await endPause();
    expect(second.code()).toBe(null);
    await endLast(0);
    expect(second.code()).toBe(0);
  });

  test('later are waited for where that may pass, without an end and without counting', async () => {
    const { code } = await begin({ maxRestarts: 1 });
    await endLast(1);
    answer = refusing(69);
    for (let count = 0; count < 5; count += 1) await endPause();
    expect({ code: code(), runs: runs.length }).toEqual({ code: null, runs: 6 });
    answer = async () => values;
    await endPause();
    expect(last().isStarted).toBe(true);
    last().changed();
    answer = refusing(77);
    await endLast(143);
    expect(code()).toBe(77);
  });
});

describe('a signal', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)(
    '%s goes to the command, which has its time to end, and is not started again',
    async (signal) => {
      const { supervisor, code } = await begin();
      supervisor.heard(signal, false);
      supervisor.heard(signal, false);
      expect(last().signals).toEqual([signal, signal]);
      expect(pauses.map(({ milliseconds }) => milliseconds)).toEqual([7_000]);
      await endLast(5);
      expect({ code: code(), runs: runs.length }).toEqual({ code: 5, runs: 1 });
    },
  );

  test('is the last word: values that change afterwards neither signal the command nor start it again', async () => {
    const { supervisor, code } = await begin();
    supervisor.heard('SIGTERM', false);
    last().changed();
    expect(last().signals).toEqual(['SIGTERM']);
    expect(said).toEqual([]);
    await endLast(0);
    expect({ code: code(), runs: runs.length }).toEqual({ code: 0, runs: 1 });
  });

  test('of a terminal, which the command has too, is not sent a second time', async () => {
    const { supervisor } = await begin();
    supervisor.heard('SIGINT', true);
    expect(last().signals).toEqual([]);
    await endPause();
    expect(last().signals).toEqual(['SIGKILL']);
  });

  test('while nothing runs ends supervise with 128 and its number: at rest, and while values are awaited', async () => {
    const resting = await begin();
    await endLast(1);
    resting.supervisor.heard('SIGTERM', false);
    await settled();
    expect({ code: resting.code(), runs: runs.length }).toEqual({ code: 143, runs: 1 });
    answer = () => new Promise(() => undefined);
    const asking = await begin();
    asking.supervisor.heard('SIGINT', false);
    await settled();
    expect(asking.code()).toBe(130);
  });

  test('that comes while the command ends for its new values ends supervise', async () => {
    const { supervisor, code } = await begin();
    last().changed();
    supervisor.heard('SIGTERM', false);
    await endLast(143);
    expect({ code: code(), runs: runs.length }).toEqual({ code: 143, runs: 1 });
  });

  test('for the command alone is only passed on; a hang-up that ends it ends supervise', async () => {
    const { supervisor, code } = await begin();
    for (const signal of ['SIGUSR1', 'SIGUSR2', 'SIGHUP'] as const) supervisor.heard(signal, false);
    expect(last().signals).toEqual(['SIGUSR1', 'SIGUSR2', 'SIGHUP']);
    expect(pauses).toEqual([]);
    await endLast(129);
    expect(code()).toBe(129);
  });

  test('of a hang-up that a run outlived says nothing of how the next one ends', async () => {
    const { supervisor, code } = await begin();
    supervisor.heard('SIGHUP', false);
    await endLast(1);
    await endPause();
    await endLast(129);
    expect({ code: code(), pauses: pauses.length }).toEqual({ code: null, pauses: 2 });
  });
});

test('chance takes at most half of a rest, and never more than leaves a second', () => {
  const least = new Backoff(() => 0);
  expect([0, 0, 0, 0].map((ran) => least.next(ran))).toEqual([1_000, 1_000, 2_000, 4_000]);
});
