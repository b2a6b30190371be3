import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** EAGAIN: more callers than the worker has accepted yet; ECONNREFUSED: it ended, and its launcher starts another. */
const passing = new Set<unknown>(['EAGAIN', 'ECONNREFUSED']);
const patienceMilliseconds = 2_000;
const pauseMilliseconds = 100;

export interface ConnectOptions {
  /** for tests */
  readonly now?: () => number;
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/**
 * A connection to the worker's socket. Tries again for 2 s while the worker is busy or restarting, and waits each time for
 * another part of 100 ms, so that callers that failed together do not come back together.
 * @throws the error of the last try
 */
export const connectToWorker = async (
  path: string,
  { now = () => performance.now(), pause = delay }: ConnectOptions = {},
): Promise<Socket> => {
  const begun = now();
  for (;;) {
    try {
      return await connect(path);
    } catch (error) {
      if (!isPassing(error) || now() - begun >= patienceMilliseconds) throw error;
      await pause(Math.random() * pauseMilliseconds);
    }
  }
};

const connect = async (path: string): Promise<Socket> => {
  const socket = createConnection(path);
  await once(socket, 'connect');
  return socket;
};

const isPassing = (error: unknown): boolean => error instanceof Error && 'code' in error && passing.has(error.code);
