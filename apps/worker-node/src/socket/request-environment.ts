import { existsSync } from 'node:fs';
import { socketAddress } from '@secret-store/api/socket';
import { askAgain, type AskOptions } from '../waiting/ask-again.ts';
import { exitCode } from '../errors/exit-code.ts';
import type { Conversation } from './conversation.ts';
import { isAway, openConversation } from './exchange-lines.ts';
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
  const { answer, conversation } = await openEnvironment(workerDirectory, request, options);
  conversation?.end();
  return answer;
};

export interface OpenedEnvironment {
  readonly answer: ResolveAnswer;
  /** null after a refusal */
  readonly conversation: Conversation | null;
}

/** The same, and keeps the connection. */
export const openEnvironment = async (
  workerDirectory: string,
  request: ResolveRequest,
  options: AskOptions = {},
): Promise<OpenedEnvironment> => {
  try {
    const { answer: content, conversation } = await exchange(workerDirectory, JSON.stringify(request), options);
    // The daemon of the same build wrote it, to a socket in a folder that only we can enter.
    const answer = content as ResolveAnswer;
    if (!('exitCode' in answer)) return { answer, conversation };
    conversation.end();
    return { answer, conversation: null };
  } catch (error) {
    const answer = { exitCode: exitCode.unavailable, message: describe(error, workerDirectory) };
    return { answer, conversation: null };
  }
};

const exchange = async (workerDirectory: string, line: string, options: AskOptions) => {
  const address = socketAddress(workerDirectory, workerSocketName);
  // without its folder, no worker was ever here
  const isPassing = (error: unknown): boolean => isAway(error) && existsSync(workerDirectory);
  try {
    return await askAgain(() => openConversation(address.path, line), isPassing, options);
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
