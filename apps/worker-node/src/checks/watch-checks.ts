import { setTimeout as delay } from 'node:timers/promises';
import type { Envelope, WorkerCheckTask } from '@secret-store/api/schemas';
import type { Logger } from 'pino';
import type { BackendClient } from '../backend/backend-client.ts';
import { errorName } from '../errors/error-name.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import { HintedPause, type Pause, spread } from '../waiting/hinted-pause.ts';

/** A hint comes first, as long as the stream is open. */
const usualPauseMilliseconds = 10_000;
const firstPauseMilliseconds = 1_000;

export interface WatchOptions {
  readonly backend: Pick<BackendClient, 'answerCheck'>;
  /** null when there is none */
  readonly take: () => Promise<WorkerCheckTask | null>;
  readonly answer: (task: WorkerCheckTask) => Promise<Envelope>;
  readonly log: Logger;
  /** for tests */
  readonly pause?: Pause;
}

export interface CheckWatch {
  /** There may be a check. */
  hint(): void;
  /** Accepts no further checks. */
  stop(): void;
  /** Resolves when the last request has finished; never rejects. */
  readonly ended: Promise<void>;
}

/** Asks the backend for checks, whenever it says that there may be one, and every 10 s, and answers them one after the other. */
export const watchChecks = (options: WatchOptions): CheckWatch => {
  const stopped = new AbortController();
  const pauses = new HintedPause(
    options.pause ?? ((milliseconds, signal) => delay(milliseconds, undefined, { signal })),
  );
  return {
    hint: () => pauses.hint(),
    stop: () => stopped.abort(),
    ended: watch(options, pauses, stopped.signal),
  };
};

const watch = async (options: WatchOptions, pauses: HintedPause, signal: AbortSignal): Promise<void> => {
  const { log } = options;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const wasOne = await answerNext(options, signal);
      if (failures > 0) log.info({ failures }, 'the backend answers again');
      failures = 0;
      if (wasOne) continue;
    } catch (error) {
      failures += 1;
      if (failures === 1) note(log, error);
    }
    await pauses.wait(pauseMilliseconds(failures), signal);
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

const pauseMilliseconds = (failures: number): number =>
  failures === 0
    ? spread(usualPauseMilliseconds)
    : Math.min(firstPauseMilliseconds * 2 ** (failures - 1), usualPauseMilliseconds);

/** A backend that starts or restarts is not the worker's fault; anything else is. */
const note = (log: Logger, error: unknown): void => {
  const cause = errorName(error);
  if (error instanceof ResolveFailure)
    log.info({ reason: error.message, cause }, 'the backend gave no answer to the request for checks; trying again');
  else log.error({ cause }, 'a check failed in the worker; trying again');
};
