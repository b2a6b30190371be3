import { existsSync } from 'node:fs';
import { socketAddress } from '@secret-store/api/socket';
import { pino } from 'pino';
import { type DaemonSettings, readDaemonSettings } from '../daemon-env.ts';
import { AlreadyRunning } from '../errors/already-running.ts';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import { hasWorkerKeys } from '../keys/read-worker-keys.ts';
import { openFolder } from '../open-folder.ts';
import { exchangeLines, isAway } from '../socket/exchange-lines.ts';
import { workerSocketName } from '../socket/resolve-protocol.ts';
import { serveSocket } from '../socket/serve-socket.ts';
import { commandFailure } from './answer-command.ts';
import type { CommandAnswer, CommandRequest } from './command-protocol.ts';
import { runOnWorker } from './run-on-worker.ts';

/**
 * Lets the worker of the folder do what the command asks for: the one that runs, or else this process, which has the folder for itself
 * meanwhile.
 * @throws {ResolveFailure} with the reason and the exit code
 */
export const askWorker = async (directory: string, request: CommandRequest): Promise<unknown> => {
  const answer = (await askRunning(directory, request)) ?? (await askFolder(directory, request));
  if ('exitCode' in answer) throw new ResolveFailure(answer.exitCode, answer.message);
  return answer.result;
};

/** Null where none runs. */
const askRunning = async (directory: string, request: CommandRequest): Promise<CommandAnswer | null> => {
  const address = socketAddress(directory, workerSocketName);
  try {
    // The daemon of the same build wrote it, to a socket in a folder that only we can enter.
    return (await exchangeLines(address.path, JSON.stringify(request))) as CommandAnswer;
  } catch (error) {
    if (isAway(error) && existsSync(directory)) return null;
    throw new ResolveFailure(exitCode.unavailable, `no worker is running on ${directory}: start it first`, {
      cause: error,
    });
  } finally {
    address.release();
  }
};

const askFolder = async (directory: string, request: CommandRequest): Promise<CommandAnswer> => {
  if (!process.env.SECRET_STORE_BACKEND_URL || !(await hasWorkerKeys(directory)))
    throw new ResolveFailure(exitCode.unavailable, `no worker is running on ${directory}: start it first`);
  return withFolder(readDaemonSettings(), request);
};

const withFolder = async (settings: DaemonSettings, request: CommandRequest): Promise<CommandAnswer> => {
  const busy = JSON.stringify({ exitCode: exitCode.unavailable, message: 'a command uses this worker: try again' });
  const socket = await serveSocket(settings.workerDirectory, { answer: async () => busy, refusal: busy }).catch(asBusy);
  try {
    const { exchange, fleet } = await openFolder(settings, 'none', pino({ level: 'silent' }));
    try {
      // nobody else does the duties of this worker meanwhile
      if (request.command === 'pending') await fleet.reseal(new AbortController().signal);
      return { result: await runOnWorker(fleet, request) };
    } finally {
      exchange.end();
    }
  } catch (error) {
    return commandFailure(error);
  } finally {
    await socket.close();
  }
};

const asBusy = (error: unknown): never => {
  if (!(error instanceof AlreadyRunning)) throw error;
  throw new ResolveFailure(exitCode.unavailable, 'the worker has just started: try again', { cause: error });
};
