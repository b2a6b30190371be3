import { setTimeout as delay } from 'node:timers/promises';
import type { Envelope, WorkerCheckTask } from '@secret-store/api/schemas';
import type { Logger } from 'pino';
import type { BackendClient } from '../backend/backend-client.ts';
import { errorName } from '../errors/error-name.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';

const usualPauseMilliseconds = 1_000;
/** While someone waits for a provider test, one check follows another. */
const busyPauseMilliseconds = 100;
const busyForMilliseconds = 10_000;
const longestPauseMilliseconds = 10_000;

export interface WatchOptions {
  readonly backend: Pick<BackendClient, 'answerCheck'>;
  /** null when there is none */
  readonly take: () => Promise<WorkerCheckTask | null>;
  readonly answer: (task: WorkerCheckTask) => Promise<Envelope>;
  readonly log: Logger;
  /** for tests */
  readonly now?: () => number;
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

export interface CheckWatch {
  /** Accepts no further checks. */
  stop(): void;
  /** Resolves when the last request has finished; never rejects. */
  readonly ended: Promise<void>;
}

/** Asks the backend for checks until it is stopped, and answers them one after the other. */
export const watchChecks = (options: WatchOptions): CheckWatch => {
  const stopped = new AbortController();
  return { stop: () => stopped.abort(), ended: watch(options, stopped.signal) };
};

const watch = async (options: WatchOptions, signal: AbortSignal): Promise<void> => {
  const {
    log,
    now = () => performance.now(),
    pause = (milliseconds) => delay(milliseconds, undefined, { signal }),
  } = options;
  let failures = 0;
  let busyUntil = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    try {
      if (await answerNext(options, signal)) busyUntil = now() + busyForMilliseconds;
      if (failures > 0) log.info({ failures }, 'the backend answers again');
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures === 1) note(log, error);
    }
    await pause(pauseMilliseconds(failures, now() < busyUntil), signal).catch(() => undefined);
  }
};

/** Returns whether there was a check to answer. */
const answerNext = async ({ backend, take, answer }: WatchOptions, signal: AbortSignal): Promise<boolean> => {
  const task = await take();
  if (task === null || signal.aborted) return false;
  const signed = await answer(task);
  // Stopped meanwhile: the plugin was ended during the check, so there is no result. The backend asks another worker.
  if (!signal.aborted) await backend.answerCheck(signed);
  return true;
};

const pauseMilliseconds = (failures: number, isBusy: boolean): number => {
  if (failures > 0) return Math.min(usualPauseMilliseconds * 2 ** (failures - 1), longestPauseMilliseconds);
  return isBusy ? busyPauseMilliseconds : usualPauseMilliseconds;
};

/** A backend that starts or restarts is not the worker's fault; anything else is. */
const note = (log: Logger, error: unknown): void => {
  const cause = errorName(error);
  if (error instanceof ResolveFailure)
    log.info({ reason: error.message, cause }, 'the backend gave no answer to the request for checks; trying again');
  else log.error({ cause }, 'a check failed in the worker; trying again');
};
