import { expect, test } from 'vitest';
import { Deadline } from './deadline.ts';
import { backoffMilliseconds, retryAfterMilliseconds } from './retry-after.ts';
import { sendWithRetries } from './send-with-retries.ts';

const counting = () => {
  let attempts = 0;
  return { send: () => Promise.resolve((attempts += 1)), attempts: () => attempts };
};

test('sends until the answer is final', async () => {
  const { send } = counting();
  const pauseMilliseconds = (answer: number) => (answer < 3 ? 0 : undefined);
  const sent = sendWithRetries(send, { deadline: new Deadline(60_000), retries: 5, pauseMilliseconds });
  await expect(sent).resolves.toEqual({ answer: 3, retried: true });
});

test('gives the last answer where the retries are used up', async () => {
  const { send, attempts } = counting();
  const sent = sendWithRetries(send, { deadline: new Deadline(60_000), retries: 2, pauseMilliseconds: () => 0 });
  await expect(sent).resolves.toEqual({ answer: 3, retried: true });
  expect(attempts()).toBe(3);
});

test('does not wait past the deadline', async () => {
  const { send, attempts } = counting();
  const sent = sendWithRetries(send, { deadline: new Deadline(60_000), retries: 2, pauseMilliseconds: () => 120_000 });
  await expect(sent).resolves.toEqual({ answer: 1, retried: false });
  expect(attempts()).toBe(1);
});

test("gives the last answer where the host's signal ends a pause", async () => {
  const { send, attempts } = counting();
  const host = new AbortController();
  const pauseMilliseconds = () => {
    setImmediate(() => host.abort());
    return 59_000;
  };
  const sent = sendWithRetries(send, { deadline: new Deadline(60_000, host.signal), retries: 2, pauseMilliseconds });
  await expect(sent).resolves.toEqual({ answer: 1, retried: false });
  expect(attempts()).toBe(1);
});

test.each([
  ['7', 7_000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['soon', undefined],
  [undefined, undefined],
])('reads Retry-After: %s', (text, milliseconds) => {
  expect(retryAfterMilliseconds({ 'retry-after': text })).toBe(milliseconds);
});

test('pauses longer with each attempt', () => {
  for (const attempt of [0, 1, 2]) {
    const pause = backoffMilliseconds(attempt, 100);
    expect(pause).toBeGreaterThanOrEqual(50 * 2 ** attempt);
    expect(pause).toBeLessThanOrEqual(150 * 2 ** attempt);
  }
});
