import { once } from 'node:events';
import type { GivenVersion, WorkerVersionTask } from '@secret-store/api/schemas';
import type { Logger } from 'pino';
import type { BackendClient } from '../backend/backend-client.ts';
import { errorName } from '../errors/error-name.ts';
import { HintedPause } from '../waiting/hinted-pause.ts';
import type { VerifiedLogs } from './reseal-dependencies.ts';

export interface WatchVersionsOptions {
  readonly backend: Pick<BackendClient, 'takeVersion' | 'giveVersion'>;
  readonly logs: Pick<VerifiedLogs, 'held'>;
  readonly seal: (task: WorkerVersionTask) => Promise<GivenVersion>;
  readonly log: Logger;
}

export interface VersionWatch {
  /** A question may wait. */
  hint(): void;
  stop(): void;
  /** Resolves when the last request has finished; never rejects. */
  readonly ended: Promise<void>;
}

/** Nobody asks without a hint: who waits for an answer has it told each second. */
const untilEnded = async (_milliseconds: number, signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, 'abort');
};

/** Takes questions for earlier values whenever the backend says that there may be one, beside all else that the worker does. */
export const watchVersions = (options: WatchVersionsOptions): VersionWatch => {
  const stopped = new AbortController();
  const pauses = new HintedPause(untilEnded);
  return { hint: () => pauses.hint(), stop: () => stopped.abort(), ended: watch(options, pauses, stopped.signal) };
};

const watch = async (options: WatchVersionsOptions, pauses: HintedPause, signal: AbortSignal): Promise<void> => {
  for (;;) {
    await pauses.wait(0, signal);
    if (signal.aborted) return;
    await answerAll(options, signal).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : undefined;
      options.log.info({ reason, cause: errorName(error) }, 'a question for an earlier value was not answered');
    });
  }
};

const answerAll = async ({ backend, logs, seal }: WatchVersionsOptions, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const { task } = await backend.takeVersion({ held: logs.held });
    if (task === null) return;
    await backend.giveVersion(await seal(task));
  }
};
