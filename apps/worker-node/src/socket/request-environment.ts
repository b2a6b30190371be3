import { existsSync } from 'node:fs';
import { socketAddress } from '@secret-store/api/socket';
import { askAgain, type AskOptions } from '../ask-again.ts';
import { exitCode } from '../errors/exit-code.ts';
import { exchangeLines, isAway } from './exchange-lines.ts';
import { type ResolveAnswer, type ResolveRequest, tooManyCallers, workerSocketName } from './resolve-protocol.ts';

/**
 * Asks the worker daemon for an algorithm's environment, for 10 s while it is away. Never throws: no answer is returned as a
 * refusal.
 */
export const requestEnvironment = async (
  workerDirectory: string,
  request: ResolveRequest,
  options: AskOptions = {},
): Promise<ResolveAnswer> => {
  try {
    // The daemon of the same build wrote it, to a socket in a folder that only we can enter.
    return (await exchange(workerDirectory, JSON.stringify(request), options)) as ResolveAnswer;
  } catch (error) {
    return { exitCode: exitCode.unavailable, message: describe(error, workerDirectory) };
  }
};

const exchange = async (workerDirectory: string, line: string, options: AskOptions): Promise<unknown> => {
  const address = socketAddress(workerDirectory, workerSocketName);
  // without its folder, no worker was ever here
  const isPassing = (error: unknown): boolean => isAway(error) && existsSync(workerDirectory);
  try {
    return await askAgain(() => exchangeLines(address.path, line), isPassing, options);
  } finally {
    address.release();
  }
};

const describe = (error: unknown, workerDirectory: string): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR') {
    return `no worker is running on ${workerDirectory}: start the store with npm start, or set SECRET_STORE_DATA_DIR or SECRET_STORE_WORKER_DIRECTORY to the one that is running`;
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return `you are not allowed to open ${workerDirectory}: run this as the user that runs the worker`;
  }
  if (code === 'EAGAIN') return tooManyCallers;
  return 'the worker gave no answer: check its log and try again';
};
