import { text } from 'node:stream/consumers';
import { exitCode } from '../errors/exit-code.ts';
import { connectToWorker, type ConnectOptions } from './connect-to-worker.ts';
import { type ResolveAnswer, type ResolveRequest, tooManyCallers } from './resolve-protocol.ts';
import { socketAddress } from './socket-address.ts';

const answerTimeoutMilliseconds = 60_000;

/** Asks the worker daemon for an algorithm's environment. Never throws: no answer is returned as a refusal. */
export const requestEnvironment = async (
  workerDirectory: string,
  request: ResolveRequest,
  options: ConnectOptions = {},
): Promise<ResolveAnswer> => {
  try {
    const answer = await exchange(workerDirectory, `${JSON.stringify(request)}\n`, options);
    // The daemon of the same build wrote it, to a socket in a folder that only we can enter.
    return JSON.parse(answer) as ResolveAnswer;
  } catch (error) {
    return { exitCode: exitCode.unavailable, message: describe(error, workerDirectory) };
  }
};

const exchange = async (workerDirectory: string, line: string, options: ConnectOptions): Promise<string> => {
  const address = socketAddress(workerDirectory);
  try {
    const socket = await connectToWorker(address.path, options);
    socket.setTimeout(answerTimeoutMilliseconds, () => socket.destroy(new Error('timeout')));
    socket.write(line);
    return await text(socket);
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
