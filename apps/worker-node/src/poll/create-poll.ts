import type { WorkerCheckTask, WorkerPollAnswer } from '@secret-store/api/schemas';
import { SealingError } from '@secret-store/sealing';
import type { Logger } from 'pino';
import type { BackendClient } from '../backend/backend-client.ts';
import { errorName } from '../errors/error-name.ts';
import type { NewestHead } from '../state/newest-head.ts';

export interface PollDependencies {
  readonly backend: Pick<BackendClient, 'takeCheck'>;
  readonly head: Pick<NewestHead, 'envelope' | 'note'>;
  readonly log: Logger;
}

/** Asks the backend for a check, tells it the newest audit head that this worker knows, and keeps the one that it sends. */
export const createPoll = (deps: PollDependencies): (() => Promise<WorkerCheckTask | null>) => {
  let problem: string | null = null;
  return async () => {
    const answer = await deps.backend.takeCheck({ head: deps.head.envelope, epoch: 0 });
    const found = await problemWith(deps, answer);
    // once, and not at each poll
    if (found !== null && found !== problem) deps.log.warn({ reason: found }, 'the audit head was not kept');
    problem = found;
    return answer.task;
  };
};

const problemWith = async (
  { head }: PollDependencies,
  { head: offered, backendCertificate }: WorkerPollAnswer,
): Promise<string | null> => {
  if (offered === null) return null;
  try {
    await head.note(offered, backendCertificate);
    return null;
  } catch (error) {
    return error instanceof SealingError ? error.message : (errorName(error) ?? 'unknown');
  }
};
