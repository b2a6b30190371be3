import { ApiError } from '@secret-store/api';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const windowSeconds = 300;

/** Failures are counted, for each replica by itself. What succeeds is given back. */
export const createRateLimits = () => ({
  signInByAccount: new RateLimiterMemory({ keyPrefix: 'account', points: 10, duration: windowSeconds }),
  signInByAddress: new RateLimiterMemory({ keyPrefix: 'address', points: 100, duration: windowSeconds }),
  keyByAddress: new RateLimiterMemory({ keyPrefix: 'key', points: 60, duration: 60 }),
});

export type RateLimits = ReturnType<typeof createRateLimits>;

/** @throws {ApiError} 6002 when the attempts are used up */
export const takeAttempt = async (limiter: RateLimiterMemory, subject: string): Promise<void> => {
  try {
    await limiter.consume(subject);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const retryAfterSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    throw new ApiError('RateLimited', `Too many failed attempts. Try again in ${retryAfterSeconds} seconds.`, {
      retryAfterSeconds,
    });
  }
};
