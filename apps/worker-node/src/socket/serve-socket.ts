import { chmodSync, unlinkSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { socketAddress } from '@secret-store/api/socket';
import { AlreadyRunning } from '../errors/already-running.ts';
import { workerSocketName } from './resolve-protocol.ts';
import { type Caller, SocketCaller } from './socket-caller.ts';

const refusalTimeoutMilliseconds = 5_000;
/** Callers that the system lets wait until they are accepted. It may allow fewer (net.core.somaxconn). */
const backlog = 4_096;
/** A caller takes a descriptor and a few KB until it has its answer. */
const connectionsMaximum = 2_048;
/** Callers that stay while their command runs. They are counted apart, so that they keep nobody from an answer. */
const stayingMaximum = 16_384;

export interface SocketServer {
  close(): Promise<void>;
}

export interface SocketAnswers {
  /** One line for one line; more lines may follow for a caller that stays. */
  readonly answer: (line: string, caller: Caller) => Promise<string>;
  /** for whom there is no room, whatever the line says */
  readonly refusal: string;
  /** callers at once that wait for their answer; 2,048 by default */
  readonly connectionsMaximum?: number;
  /** callers at once that stay after it; 16,384 by default */
  readonly stayingMaximum?: number;
}

/** Answers one line with one line on worker.sock in the directory, for every caller that the directory's mode lets in. */
export const serveSocket = async (directory: string, answers: SocketAnswers): Promise<SocketServer> => {
  const { answer, refusal } = answers;
  const maximum = answers.connectionsMaximum ?? connectionsMaximum;
  const address = socketAddress(directory, workerSocketName);
  const waiting = new Set<Socket>();
  const staying = new Set<Socket>();
  const stay = (socket: Socket): boolean => {
    if (staying.size >= (answers.stayingMaximum ?? stayingMaximum)) return false;
    waiting.delete(socket);
    staying.add(socket);
    return true;
  };
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    waiting.add(socket);
    socket.once('close', () => {
      waiting.delete(socket);
      staying.delete(socket);
    });
    // The caller has gone away: nothing to do.
    socket.on('error', () => socket.destroy());
    if (waiting.size <= maximum) void converse(socket, new SocketCaller(socket, () => stay(socket)), answer);
    else refuse(socket, refusal);
  });
  await listen(server, address.path);
  chmodSync(address.path, 0o600);
  return {
    close: async () => {
      for (const socket of [...waiting, ...staying]) socket.destroy();
      server.close();
      await once(server, 'close');
      address.release();
    },
  };
};

const converse = async (socket: Socket, caller: SocketCaller, answer: SocketAnswers['answer']): Promise<void> => {
  const line = await caller.read();
  if (line === null) socket.destroy();
  else caller.answer(await answer(line, caller));
};

/** Reads on until the caller ends: closed with words unread, the answer would be lost. */
const refuse = (socket: Socket, refusal: string): void => {
  socket.setTimeout(refusalTimeoutMilliseconds, () => socket.destroy());
  socket.resume().end(refusal);
};

/** A socket file on which nobody answers was left behind by a worker that was killed. */
const listen = async (server: Server, path: string): Promise<void> => {
  try {
    await tryListen(server, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    if (await isAnswering(path))
      throw new AlreadyRunning('another worker is already running on this directory: stop it first', { cause: error });
    unlinkSync(path);
    await tryListen(server, path);
  }
};

const tryListen = async (server: Server, path: string): Promise<void> => {
  server.listen({ path, backlog });
  await once(server, 'listening');
};

const isAnswering = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
