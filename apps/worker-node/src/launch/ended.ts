import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';

export interface Ending {
  readonly exitCode: number;
}

/** How a child ended, the way shells say it: 128 and its number for a signal. A child that could not start rejects. */
export const ended = (child: ChildProcess): Promise<Ending> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]) });
    });
  });
