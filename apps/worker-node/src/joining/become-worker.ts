import { makeFolder } from '@secret-store/command-line';
import { hasWorkerKeys } from '../keys/read-worker-keys.ts';
import { hasDraft, removeDraft } from './join-draft.ts';
import { joinPool, type JoinOptions } from './join-pool.ts';
import { finishFolder } from './worker-folder.ts';

export interface BecomeOptions extends Omit<JoinOptions, 'token'> {
  /** read only while the folder has no keys */
  readonly readToken: () => Promise<JoinOptions['token']>;
  /** runs it while no other process can */
  readonly alone: (join: () => Promise<void>) => Promise<void>;
}

/** The folder has a worker's keys when this returns: they were there, or this machine joined. */
export const becomeWorker = async ({ readToken, alone, ...options }: BecomeOptions): Promise<void> => {
  const { directory } = options;
  await makeFolder(directory, 0o700);
  if ((await hasWorkerKeys(directory)) && !(await hasDraft(directory))) return;
  await alone(async () => {
    await finishFolder(directory);
    if (!(await hasWorkerKeys(directory))) await joinPool({ ...options, token: await readToken() });
    await removeDraft(directory);
  });
};
