import { expect, test } from 'vitest';
import { Backoff } from './backoff.ts';

test('the first retry is immediate, later ones wait longer each time, up to half a minute', () => {
  const backoff = new Backoff();
  const pauses = Array.from({ length: 11 }, () => {
    backoff.failed(1000);
    return backoff.remainingMilliseconds(1000);
  });
  expect(pauses).toEqual([0, 250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  expect(backoff.remainingMilliseconds(31_000)).toBe(0);
});

test('a success forgets the failures before it', () => {
  const backoff = new Backoff();
  for (let failure = 0; failure < 5; failure += 1) backoff.failed(0);
  backoff.succeeded();
  backoff.failed(0);
  expect(backoff.remainingMilliseconds(0)).toBe(0);
});
