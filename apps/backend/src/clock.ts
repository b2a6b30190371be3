import { setTimeout as delay } from 'node:timers/promises';

/** Time that only goes forward. */
export interface Clock {
  /** milliseconds since some moment */
  now(): number;
  pause(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  pause: (milliseconds) => delay(milliseconds, undefined, { ref: false }),
};
