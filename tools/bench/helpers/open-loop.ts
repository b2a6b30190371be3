import { setTimeout as delay } from 'node:timers/promises';

export interface OpenLoop {
  /** requests a second */
  readonly rate: number;
  readonly seconds: number;
  /** started at its time, whether the ones before have been answered or not */
  readonly send: (index: number) => Promise<unknown>;
}

export interface Sample {
  readonly index: number;
  /** from the time that was planned, so that a late send counts as waiting */
  readonly milliseconds: number;
  readonly failed: boolean;
}

/** Sends at fixed times, as many independent clients do, and ends when all have been answered. */
export const openLoop = async ({ rate, seconds, send }: OpenLoop): Promise<readonly Sample[]> => {
  const started = performance.now();
  const running: Promise<Sample>[] = [];
  for (let index = 0; index < rate * seconds; index += 1) {
    const planned = started + (index * 1000) / rate;
    const wait = planned - performance.now();
    if (wait > 0) await delay(wait);
    const sample = (failed: boolean): Sample => ({ index, milliseconds: performance.now() - planned, failed });
    running.push(
      send(index).then(
        () => sample(false),
        () => sample(true),
      ),
    );
  }
  return Promise.all(running);
};
