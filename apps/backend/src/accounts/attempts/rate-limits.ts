import { ApiError } from '@secret-store/api';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { addressBlock } from './address-block.ts';

const minute = 60;
const hour = 60 * minute;

/** Attempts, and the seconds in which so many are looked at. */
type Allowance = readonly [points: number, duration: number];

const limiter = (keyPrefix: string, [points, duration]: Allowance) =>
  new RateLimiterMemory({ keyPrefix, points, duration });

/** A typing error or two in a row, and no more than a search of 30 words an hour. */
const ofAccount: readonly Allowance[] = [
  [10, 5 * minute],
  [30, hour],
];

/** Failures are counted, for each backend by itself. What succeeds is given back. */
export const createRateLimits = () => ({
  /** wrong passwords of an account, from devices that have never signed in to it, over all addresses */
  strangers: ofAccount.map((allowance, index) => limiter(`strangers-${index}`, allowance)),
  /** wrong passwords of an account from one device that has signed in to it before */
  device: ofAccount.map((allowance, index) => limiter(`device-${index}`, allowance)),
  /** wrong passwords of any account from an address, from devices that have never signed in */
  address: [limiter('address', [100, 5 * minute])],
  /** wrong API keys from an address */
  key: [limiter('key', [60, minute])],
  /** wrong join tokens from an address, and requests that only a member can verify */
  join: [limiter('join', [60, minute])],
});

export type RateLimits = ReturnType<typeof createRateLimits>;
type Limiters = readonly RateLimiterMemory[];

/** One attempt of `subject`, counted by each of the limiters. */
export type Attempt = readonly [limiters: Limiters, subject: string];

/** @throws {ApiError} 6002 when the attempts of one are used up */
export const takeAttempts = async (attempts: readonly Attempt[]): Promise<void> => {
  for (const [limiters, subject] of attempts) {
    for (const one of limiters) await take(one, subject);
  }
};

/** The attempts were none: they are given back. */
export const giveBack = async (attempts: readonly Attempt[]): Promise<void> => {
  await Promise.all(attempts.flatMap(([limiters, subject]) => limiters.map((one) => one.reward(subject))));
};

/** Wrong API keys are slowed down by address alone: a right one is let through always. */
export const takeWrongKey = (limits: RateLimits, address: string): Promise<void> =>
  takeAttempts([[limits.key, addressBlock(address)]]);

/** The same for join tokens. */
export const takeWrongToken = (limits: RateLimits, address: string): Promise<void> =>
  takeAttempts([[limits.join, addressBlock(address)]]);

/** What an attempt to sign in is counted by. A device that has signed in before is not held up by strangers. */
export const signInAttempts = (
  limits: RateLimits,
  from: { readonly username: string; readonly address: string; readonly device: string | null },
): readonly Attempt[] =>
  from.device === null
    ? [
        [limits.address, addressBlock(from.address)],
        [limits.strangers, from.username],
      ]
    : [[limits.device, `${from.username} ${from.device}`]];

/** The same for passkeys, of which nobody guesses one. */
export const passkeyAttempts = (limits: RateLimits, address: string): readonly Attempt[] => [
  [limits.address, addressBlock(address)],
];

const take = async (limiterOfSubject: RateLimiterMemory, subject: string): Promise<void> => {
  try {
    await limiterOfSubject.consume(subject);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const retryAfterSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    throw new ApiError('RateLimited', `Too many failed attempts. Try again in ${retryAfterSeconds} seconds.`, {
      retryAfterSeconds,
    });
  }
};
