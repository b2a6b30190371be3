import type { Envelope, WorkerCheckTask } from '@secret-store/api/schemas';
import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import { idOf } from '../testing/signed-store.ts';
import { watchChecks } from './watch-checks.ts';

const envelope = { payloadType: 'x', payload: 'x', signatures: [{ keyid: 'x', sig: 'x' }] };
const taskOf = (word: string): WorkerCheckTask => ({
  checkId: idOf(word),
  backendCertificate: envelope,
  check: envelope,
  sealedConfiguration: null,
  sealedWorkerConfiguration: null,
});
const answerTo = ({ checkId }: WorkerCheckTask): Envelope => ({ ...envelope, payload: checkId });
const failure = new ResolveFailure(exitCode.unavailable, 'the backend gave no answer');

let answered: Envelope[];
let pauses: number[];
let logged: { level: number; msg: string; cause?: string; reason?: string }[];

beforeEach(() => {
  answered = [];
  pauses = [];
  logged = [];
});

/** Works through the backend's answers and stops in the pause after the last one. */
const watchAll = async (
  steps: readonly (WorkerCheckTask | Error | null)[],
  answer: (task: WorkerCheckTask) => Promise<Envelope> = async (task) => answerTo(task),
): Promise<void> => {
  const left = [...steps];
  const watch = watchChecks({
    backend: { answerCheck: async (signed) => void answered.push(signed) },
    take: async () => {
      const step = left.shift() ?? null;
      if (step instanceof Error) throw step;
      return step;
    },
    answer,
    log: pino({ level: 'trace' }, { write: (line: string) => logged.push(JSON.parse(line)) }),
    pause: async (milliseconds) => {
      pauses.push(milliseconds);
      if (left.length === 0) watch.stop();
    },
  });
  await watch.ended;
};

test('each check is answered, one after the other', async () => {
  const order: string[] = [];
  await watchAll([taskOf('one'), taskOf('two')], async (task) => {
    order.push(`begins ${task.checkId}`);
    await new Promise(setImmediate);
    order.push(`ends ${task.checkId}`);
    return answerTo(task);
  });
  expect(answered).toEqual([answerTo(taskOf('one')), answerTo(taskOf('two'))]);
  expect(order).toEqual(['one', 'two'].flatMap((word) => [`begins ${idOf(word)}`, `ends ${idOf(word)}`]));
});

test('the backend is asked every 10 s or so, and at once after a check', async () => {
  await watchAll([null, null, taskOf('one'), taskOf('two'), null, null]);
  expect(pauses).toHaveLength(4);
  for (const pause of pauses) {
    expect(pause).toBeGreaterThanOrEqual(8_000);
    expect(pause).toBeLessThanOrEqual(12_000);
  }
});

test('a hint ends the pause; one that comes while the backend is asked makes it asked once more', async () => {
  let asked = 0;
  let paused = 0;
  const watch = watchChecks({
    backend: { answerCheck: async () => undefined },
    take: async () => {
      asked += 1;
      if (asked === 2) watch.hint();
      return null;
    },
    answer: async (task) => answerTo(task),
    log: pino({ level: 'silent' }),
    pause: (_milliseconds, signal) => {
      paused += 1;
      if (paused === 2) watch.stop();
      else watch.hint();
      return new Promise((_resolve, reject) => {
        if (signal.aborted) reject(new Error('over'));
        else signal.addEventListener('abort', () => reject(new Error('over')));
      });
    },
  });
  await watch.ended;
  // at the start, after the first hint, and after the second without a pause
  expect({ asked, paused }).toEqual({ asked: 3, paused: 2 });
});

describe('a backend that fails', () => {
  test('is asked less and less often, and at the usual rate once it is back', async () => {
    await watchAll([...Array.from({ length: 6 }, () => failure), null]);
    expect(pauses.slice(0, 6)).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    expect(pauses[6]).toBeGreaterThanOrEqual(8_000);
  });

  test('is logged once, with the reason, and once when it is back', async () => {
    await watchAll([failure, failure, failure, null, null]);
    expect(logged.map(({ msg }) => msg)).toEqual([
      'the backend gave no answer to the request for checks; trying again',
      'the backend answers again',
    ]);
    expect(logged[0]).toMatchObject({ reason: failure.message });
  });
});

test('an error in the worker itself is logged without its text and does not stop the watch', async () => {
  await watchAll([taskOf('one'), taskOf('two')], async (task) => {
    if (task.checkId === idOf('one')) throw new TypeError('very-secret');
    return answerTo(task);
  });
  expect(answered).toEqual([answerTo(taskOf('two'))]);
  expect(logged[0]).toMatchObject({ level: 50, cause: 'TypeError' });
  expect(JSON.stringify(logged)).not.toContain('very-secret');
});

test('a check is not answered if the worker stops during it: its plugin was ended from outside', async () => {
  const watch = watchChecks({
    backend: { answerCheck: async (signed) => void answered.push(signed) },
    take: async () => taskOf('one'),
    answer: async (task) => {
      watch.stop();
      return answerTo(task);
    },
    log: pino({ level: 'silent' }),
  });
  await watch.ended;
  expect(answered).toEqual([]);
});
