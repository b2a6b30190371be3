import { ApiError } from '@secret-store/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addressBlock } from './address-block.ts';
import { createRateLimits, type RateLimits, signInAttempts, takeAttempts } from './rate-limits.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const isLookedAt = async (limits: RateLimits, address: string, device: string | null = null): Promise<boolean> => {
  try {
    await takeAttempts(signInAttempts(limits, { username: 'ada', address, device }));
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 429) return false;
    throw error;
  }
};

const guessesOfHours = async (hours: number, addressOf: (index: number) => string, addresses: number) => {
  const limits = createRateLimits();
  let looked = 0;
  // all of them together try 5 times in a second at most
  const pause = Math.max(10, addresses / 5);
  for (let second = 0; second < hours * 3600; second += pause) {
    for (let index = 0; index < addresses; index += 1) {
      if (await isLookedAt(limits, addressOf(index))) looked += 1;
    }
    vi.advanceTimersByTime(pause * 1000);
  }
  return looked / hours;
};

describe('guesses an hour that are looked at of one account', () => {
  it.each([
    [1, 30],
    [8, 30],
    [1000, 30],
  ])('from %i addresses: %i', async (addresses, guesses) => {
    const addressOf = (index: number) => `198.51.${Math.floor(index / 250)}.${index % 250}`;
    expect(await guessesOfHours(addresses > 100 ? 1 : 4, addressOf, addresses)).toBe(guesses);
  });

  it('from all of an IPv6 /64: 30', async () => {
    expect(await guessesOfHours(1, (index) => `2001:db8::${(index + 1).toString(16)}`, 20)).toBe(30);
  });
});

it('a device that has signed in before is looked at while strangers guess', async () => {
  const limits = createRateLimits();
  while (await isLookedAt(limits, '192.0.2.1'));
  expect(await isLookedAt(limits, '192.0.2.1')).toBe(false);
  expect(await isLookedAt(limits, '192.0.2.1', 'known')).toBe(true);
  let guesses = 0;
  while (await isLookedAt(limits, '192.0.2.1', 'stolen')) guesses += 1;
  expect(guesses).toBe(10);
});

it('a /64 of IPv6 is one address, and an IPv4 address is one however it is written', () => {
  const blocks = ['2001:db8::1', '2001:0db8:0:0:ffff::', '2001:db8:0:0:1:2:3:4', '2001:db8::1:2:192.0.2.1'];
  expect(new Set(blocks.map(addressBlock))).toEqual(new Set(['2001:db8:0:0::/64']));
  expect(addressBlock('2001:db8:0:1::1')).not.toBe(addressBlock('2001:db8::1'));
  expect(['::1', '::', 'fe80::1%eth0'].map(addressBlock)).toEqual(['0:0:0:0::/64', '0:0:0:0::/64', 'fe80:0:0:0::/64']);
  expect(['192.0.2.1', '::ffff:192.0.2.1'].map(addressBlock)).toEqual(['192.0.2.1', '192.0.2.1']);
});
