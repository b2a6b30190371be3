import type { WorkerDelivery } from '@secret-store/api/schemas';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VouchedDeliveries } from './vouched-deliveries.ts';
import { createResolvingWorker, type ResolvingWorker } from '../testing/resolving/resolving-worker.ts';
import { algorithmId, idOf, type SignedStore } from '../testing/signed-store.ts';
import type { ResolveDependencies } from '../resolve/accepting/resolve-dependencies.ts';
import { resolveEnvironment } from '../resolve/resolve-environment.ts';

let worker: ResolvingWorker;
let store: SignedStore;
let deps: ResolveDependencies;
let offered: WorkerDelivery;
let asked: number;
let now: number;
let meanwhile: () => void;

beforeEach(async () => {
  asked = 0;
  now = 0;
  meanwhile = () => undefined;
  const delivery = async () => {
    asked += 1;
    const answer = offered;
    meanwhile();
    return answer;
  };
  worker = await createResolvingWorker(delivery, { vouched: new VouchedDeliveries({ now: () => now }) });
  ({ store, deps } = worker);
  await write('the first', 1);
});

afterEach(() => worker.remove());

const write = async (value: string, version: number): Promise<void> => {
  offered = store.delivery([await store.internalValue('PASSWORD', value, { version })], { number: version });
};

const read = async (): Promise<string | undefined> =>
  (await resolveEnvironment(deps, { owner: 'demo', name: 'hello' })).environment['PASSWORD'];

/** Asked once while beats come. */
const readOnce = async (): Promise<void> => {
  deps.vouched.beat(now);
  expect(await read()).toBe('the first');
  expect(asked).toBe(1);
};

test('while beats come, what was read once is read again without asking', async () => {
  await readOnce();
  for (let beats = 0; beats < 10; beats += 1) {
    now += 500;
    deps.vouched.beat(now);
    expect(await read()).toBe('the first');
  }
  expect(asked).toBe(1);
});

test('without a stream each read asks', async () => {
  await read();
  await read();
  expect(asked).toBe(2);
});

test('what was answered before a stream that cannot say what changed since is asked for once more', async () => {
  await read();
  deps.vouched.changed(null);
  deps.vouched.beat(now);
  await write('the second', 2);
  expect(await read()).toBe('the second');
});

test.each([
  ['the algorithm', [algorithmId]],
  ['everything', null],
])('a hint of %s is in force at the next read', async (_what, hint) => {
  await readOnce();
  await write('the second', 2);
  deps.vouched.changed(hint);
  expect(await read()).toBe('the second');
  expect(await read()).toBe('the second');
  expect(asked).toBe(2);
});

test('a hint of another algorithm costs nothing', async () => {
  await readOnce();
  deps.vouched.changed([idOf('another')]);
  await read();
  expect(asked).toBe(1);
});

test('an answer is not vouched for where the hint came while it was on its way', async () => {
  deps.vouched.beat(now);
  meanwhile = () => deps.vouched.changed([algorithmId]);
  expect(await read()).toBe('the first');
  meanwhile = () => undefined;
  await write('the second', 2);
  expect(await read()).toBe('the second');
});

test('silence: without a beat for longer than 1.9 s each read asks, and a later beat goes on where it was', async () => {
  await readOnce();
  now += 1_900;
  expect(await read()).toBe('the first');
  expect(asked).toBe(1);
  await write('the second', 2);
  now += 1;
  expect(await read()).toBe('the second');
  expect(await read()).toBe('the second');
  expect(asked).toBe(3);
  deps.vouched.beat(now);
  await read();
  expect(asked).toBe(3);
});

test('an older beat than the last one takes nothing from it', async () => {
  await readOnce();
  deps.vouched.beat(now - 1_000);
  now += 1_500;
  await read();
  expect(asked).toBe(1);
});

test('a stream that broke off vouches for nothing; the next one goes on, without what changed meanwhile', async () => {
  await readOnce();
  deps.vouched.end();
  await read();
  expect(asked).toBe(2);
  deps.vouched.changed([idOf('another')]);
  deps.vouched.beat(now);
  await read();
  expect(asked).toBe(2);
  deps.vouched.end();
  await write('the second', 2);
  deps.vouched.changed([algorithmId]);
  deps.vouched.beat(now);
  expect(await read()).toBe('the second');
});

test('more hints than are remembered count as one of everything', async () => {
  await readOnce();
  await write('the second', 2);
  deps.vouched.changed([algorithmId]);
  for (let index = 0; index < 10_001; index += 1) deps.vouched.changed([`${index}`]);
  expect(await read()).toBe('the second');
});
