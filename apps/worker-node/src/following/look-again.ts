import { setTimeout as delay } from 'node:timers/promises';
import type { PoolFollower } from './follow-pool.ts';

const eachMilliseconds = 300_000;

/** Lets the follower look again every five minutes, a fifth more or less by chance. @returns ends it */
export const lookAgainRegularly = (follower: Pick<PoolFollower, 'lookAgain'>): (() => void) => {
  const stopped = new AbortController();
  const { signal } = stopped;
  const repeat = async (): Promise<void> => {
    while (!signal.aborted) {
      await delay(eachMilliseconds * (0.8 + 0.4 * Math.random()), undefined, { signal, ref: false }).catch(
        () => undefined,
      );
      if (!signal.aborted) follower.lookAgain();
    }
  };
  void repeat();
  return () => stopped.abort();
};
