import { beforeEach, expect, test } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.ts';

const down = new Error('down');
const answer = new Error('an answer');
let now: number;
let calls: number;
let breaker: CircuitBreaker;

beforeEach(() => {
  now = 0;
  calls = 0;
  breaker = new CircuitBreaker({ isOutage: (error) => error === down, now: () => now, random: () => 1 });
});

const fail = (error: Error = down) =>
  breaker.run(async () => {
    calls += 1;
    throw error;
  });
const failTimes = async (times: number, error?: Error) => {
  for (let count = 0; count < times; count += 1) await expect(fail(error)).rejects.toBe(error ?? down);
};
const succeed = () =>
  breaker.run(async () => {
    calls += 1;
    return 'value';
  });

test('after five failures in a row nobody calls, and everybody gets the last failure at once', async () => {
  await failTimes(10);
  expect(calls).toBe(5);
  await expect(succeed()).rejects.toBe(down);
});

test('an answer in between, also a refusal, begins the count again', async () => {
  await failTimes(4);
  await failTimes(1, answer);
  await failTimes(4);
  await succeed();
  await failTimes(4);
  expect(calls).toBe(14);
});

test('after a pause one call tries, the others get the failure meanwhile; what it gets decides', async () => {
  await failTimes(5);
  now = 999;
  await expect(succeed()).rejects.toBe(down);
  now = 1_000;
  let end: (value: string) => void = () => undefined;
  const trial = breaker.run(() => new Promise<string>((resolve) => void (end = resolve)));
  await expect(succeed()).rejects.toBe(down);
  end('value');
  expect(await trial).toBe('value');
  expect(await succeed()).toBe('value');
});

test('the pauses grow to a minute', async () => {
  await failTimes(5);
  const pauses: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    const begun = now;
    const before = calls;
    while (calls === before) {
      now += 500;
      await failTimes(1);
    }
    pauses.push((now - begun) / 1000);
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
});
