import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMilliseconds } from './monotonic-clock.ts';

/** For how long what fails is asked for again, unless the caller says something else. */
const usualPatienceMilliseconds = 10_000;
const firstPauseMilliseconds = 50;
const longestPauseMilliseconds = 500;

export interface AskOptions {
  /** 10 s by default */
  readonly patienceMilliseconds?: number;
  /** for tests */
  readonly now?: () => number;
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/**
 * Asks again while what fails may pass, for 10 s by default: a process that restarts is back by then. The pauses grow to half a second, and
 * differ by chance, so that those who failed together do not come back together.
 * @throws the error of the last try, and at once one that does not pass
 */
export const askAgain = async <T>(
  ask: () => Promise<T>,
  passes: (error: unknown) => boolean,
  { patienceMilliseconds = usualPatienceMilliseconds, now = monotonicMilliseconds, pause = delay }: AskOptions = {},
): Promise<T> => {
  const begun = now();
  for (let longest = firstPauseMilliseconds; ; longest = Math.min(longest * 2, longestPauseMilliseconds)) {
    try {
      return await ask();
    } catch (error) {
      if (!passes(error) || now() - begun >= patienceMilliseconds) throw error;
      await pause((longest * (1 + Math.random())) / 2);
    }
  }
};
