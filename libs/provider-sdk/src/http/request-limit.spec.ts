import { describe, expect, test } from 'vitest';
import { Deadline } from './deadline.ts';
import { RequestLimit } from './request-limit.ts';

const deadline = () => new Deadline(60_000);
const fine = () => undefined;
const refused = () => 0;

/** Requests that end when the test says so. */
const held = (limit: RequestLimit, refusedFor: () => number | undefined) => {
  const open: (() => void)[] = [];
  const send = () => limit.run(() => new Promise<void>((resolve) => void open.push(resolve)), deadline(), refusedFor);
  return { open, send };
};

/** How many of a hundred requests are in flight at once. */
const width = async (limit: RequestLimit): Promise<number> => {
  const { open, send } = held(limit, refused);
  const all = Array.from({ length: 100 }, send);
  await Promise.resolve();
  const inFlight = open.length;
  while (open.length > 0) {
    open.shift()?.();
    await new Promise(setImmediate);
  }
  await Promise.all(all);
  return inFlight;
};

const answered = async (limit: RequestLimit, times: number, refusedFor: () => number | undefined): Promise<void> => {
  for (let count = 0; count < times; count += 1) await limit.run(() => Promise.resolve(), deadline(), refusedFor);
};

describe('the requests in flight', () => {
  test('are as many as the connections at first', async () => {
    expect(await width(new RequestLimit())).toBe(16);
  });

  test('are half as many after a refusal, never none, and more again with each answer', async () => {
    const limit = new RequestLimit();
    await answered(limit, 1, refused);
    expect(await width(limit)).toBe(8);
    const slowest = new RequestLimit();
    await answered(slowest, 20, refused);
    expect(await width(slowest)).toBe(1);
    const recovered = new RequestLimit();
    await answered(recovered, 20, refused);
    await answered(recovered, 200, fine);
    expect(await width(recovered)).toBe(16);
  });

  test('are halved once for all that were sent together', async () => {
    const limit = new RequestLimit();
    const { open, send } = held(limit, refused);
    const together = Array.from({ length: 16 }, send);
    await Promise.resolve();
    for (const end of open) end();
    await Promise.all(together);
    expect(await width(limit)).toBe(8);
  });
});

test('nothing is sent while the vault asks to be left alone', async () => {
  const limit = new RequestLimit();
  await answered(limit, 1, () => 60_000);
  let isSent = false;
  const send = () => {
    isSent = true;
    return Promise.resolve();
  };
  await expect(limit.run(send, new Deadline(20), fine)).rejects.toMatchObject({ problem: 'throttled' });
  expect(isSent).toBe(false);
});

test("a request that waits for its turn gives up with the host's signal", async () => {
  const limit = new RequestLimit();
  await answered(limit, 1, () => 60_000);
  const host = new AbortController();
  const waiting = limit.run(() => Promise.resolve(), new Deadline(60_000, host.signal), fine);
  host.abort();
  await expect(waiting).rejects.toMatchObject({ problem: 'throttled' });
  await expect(limit.run(() => Promise.resolve(), new Deadline(60_000, host.signal), fine)).rejects.toThrow();
});

test('a request that fails makes room for the next', async () => {
  const limit = new RequestLimit();
  const failing = Array.from({ length: 40 }, () =>
    limit.run(() => Promise.reject(new Error('no')), deadline(), fine).catch(() => 'failed'),
  );
  expect(await Promise.all(failing)).toEqual(failing.map(() => 'failed'));
});
