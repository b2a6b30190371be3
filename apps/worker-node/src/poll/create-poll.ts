import type { WorkerCheckTask, WorkerPollAnswer } from '@secret-store/api/schemas';
import { SealingError } from '@secret-store/sealing';
import type { Logger } from 'pino';
import type { BackendClient } from '../backend/backend-client.ts';
import { errorName } from '../errors/error-name.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import type { HighWaterMarks } from '../state/high-water-marks.ts';
import type { NewestHead } from '../state/newest-head.ts';

export interface PollDependencies {
  readonly backend: Pick<BackendClient, 'takeCheck'>;
  readonly head: Pick<NewestHead, 'envelope' | 'note'>;
  readonly marks: Pick<HighWaterMarks, 'epoch' | 'follow'>;
  readonly log: Logger;
}

/**
 * Asks the backend for a check, and tells it what this worker knows: the newest audit head, and the restore that it follows.
 * Keeps what the backend sends of both.
 */
export const createPoll = (deps: PollDependencies): (() => Promise<WorkerCheckTask | null>) => {
  let problem: string | null = null;
  return async () => {
    const answer = await deps.backend.takeCheck({ head: deps.head.envelope, epoch: deps.marks.epoch });
    const found = await problemWith(deps, answer);
    // once, and not at each poll
    if (found !== null && found !== problem)
      deps.log.warn({ reason: found }, 'a restore or an audit head from the backend was not taken');
    problem = found;
    return answer.task;
  };
};

const problemWith = async (
  { head, marks }: PollDependencies,
  { head: offered, backendCertificate, epoch }: WorkerPollAnswer,
): Promise<string | null> => {
  try {
    if (epoch) await marks.follow(epoch);
    if (offered) await head.note(offered, backendCertificate);
    return null;
  } catch (error) {
    return error instanceof SealingError || error instanceof ResolveFailure
      ? error.message
      : (errorName(error) ?? 'unknown');
  }
};
