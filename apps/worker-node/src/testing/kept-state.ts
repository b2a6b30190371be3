import path from 'node:path';
import type { WorkerKeys } from '../keys/read-worker-keys.ts';
import { ConfirmedTimes } from '../last-known-good/confirmed-times.ts';
import { KnownGoodFiles, type KnownGoodOptions } from '../last-known-good/known-good-files.ts';

/** What a worker keeps for an outage. Writes wait for nobody, so they may go on after a test: `ended` waits for them. */
export const keptState = async (
  workerDirectory: string,
  keys: WorkerKeys,
  now: () => number = () => performance.now(),
  options: Partial<KnownGoodOptions> = {},
) => {
  const directory = path.join(workerDirectory, 'state');
  const log = { warn: () => undefined, info: () => undefined };
  const knownGood = await KnownGoodFiles.open({ directory, keys, log, ...options });
  const times = await ConfirmedTimes.open(directory, now);
  for (const id of knownGood.ids) times.remember(id);
  return { times, knownGood };
};
