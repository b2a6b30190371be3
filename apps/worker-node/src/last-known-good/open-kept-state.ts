import type { Logger } from 'pino';
import { errorName } from '../errors/error-name.ts';
import { AgeClock } from '../state/age-clock.ts';
import { ConfirmedTimes } from './confirmed-times.ts';
import { KnownGoodFiles } from './known-good-files.ts';
import type { OwnKeys } from './sealed-parts.ts';

const writtenEachMilliseconds = 60_000;

export interface KeptState {
  readonly clock: AgeClock;
  readonly times: ConfirmedTimes;
  readonly knownGood: KnownGoodFiles;
  /** What is not on disk yet is written. Never throws. */
  close(): Promise<void>;
}

/** What this worker goes on with while the backend or a vault cannot be asked, and how old it is. */
export const openKeptState = async (options: {
  /** the worker's folder `state` */
  readonly directory: string;
  readonly keys: OwnKeys;
  readonly log: Logger;
}): Promise<KeptState> => {
  const { directory, log } = options;
  const clock = await AgeClock.open(directory);
  const times = await ConfirmedTimes.open(directory, () => clock.now());
  const knownGood = await KnownGoodFiles.open(options);
  for (const id of knownGood.ids) times.remember(id);
  let hasFailed = false;
  const write = async (): Promise<void> => {
    try {
      await clock.write();
      await times.write();
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) log.warn({ cause: errorName(error) }, 'how old things are was not kept');
      hasFailed = true;
    }
  };
  // at once: from now on nothing counts as younger than it is
  await write();
  const timer = setInterval(() => void write(), writtenEachMilliseconds).unref();
  return {
    ...{ clock, times, knownGood },
    close: async () => {
      clearInterval(timer);
      await knownGood.ended();
      await write();
    },
  };
};
