import { setTimeout as pause } from 'node:timers/promises';
import type { Deadline } from './deadline.ts';

export interface Retries<Answer> {
  readonly deadline: Deadline;
  /** How many times at most to try again. */
  readonly retries: number;
  /** How long to wait before the next attempt; undefined for an answer that is final. `attempt` is 0 for the first one. */
  readonly pauseMilliseconds: (answer: Answer, attempt: number) => number | undefined;
}

/**
 * Sends until an answer is final, the retries are used up or the deadline would pass before the next attempt.
 * @returns the last answer, and whether it took more than one attempt: an earlier one may have been carried out
 */
export const sendWithRetries = async <Answer>(
  send: () => Promise<Answer>,
  { deadline, retries, pauseMilliseconds }: Retries<Answer>,
): Promise<{ readonly answer: Answer; readonly retried: boolean }> => {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await send();
    const milliseconds = pauseMilliseconds(answer, attempt);
    const again = milliseconds !== undefined && attempt < retries && milliseconds < deadline.remainingMilliseconds;
    const isWaited = again && (await isPaused(milliseconds, deadline));
    if (!isWaited) return { answer, retried: attempt > 0 };
  }
};

/** @returns false if the deadline ended first */
const isPaused = (milliseconds: number, deadline: Deadline): Promise<boolean> =>
  pause(milliseconds, true, { signal: deadline.signal() }).catch(() => false);
