import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { hasCode } from '../ask-again.ts';

const answerTimeoutMilliseconds = 60_000;

/** The connection ended before the whole answer had come: the worker ended too. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Sends a line and reads the line of JSON that answers it. @throws the system's error, or {@link NoAnswer} */
export const exchangeLines = async (path: string, line: string): Promise<unknown> => {
  const socket = await connect(path);
  socket.setTimeout(answerTimeoutMilliseconds, () => socket.destroy(new Error('timeout')));
  socket.write(`${line}\n`);
  return parse(await text(socket));
};

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    throw new NoAnswer('the worker ended the connection without an answer');
  }
};

const connect = async (path: string): Promise<Socket> => {
  const socket = createConnection(path);
  await once(socket, 'connect');
  return socket;
};

/** EAGAIN: more callers than the worker has accepted yet. All others: it ended, and its launcher starts another. */
const codesOfAway = new Set<unknown>(['EAGAIN', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT']);

/** Whether the worker is busy or away, and may answer soon. */
export const isAway = (error: unknown): boolean => error instanceof NoAnswer || hasCode(error, codesOfAway);
