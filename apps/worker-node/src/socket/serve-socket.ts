import { chmodSync, unlinkSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { socketAddress } from '@secret-store/api/socket';
import { AlreadyRunning } from '../errors/already-running.ts';
import { workerSocketName } from './resolve-protocol.ts';

const requestBytesMaximum = 4096;
const requestTimeoutMilliseconds = 5_000;
/** Callers that the system lets wait until they are accepted. It may allow fewer (net.core.somaxconn). */
const backlog = 4_096;
/** A caller takes a descriptor and a few KB until it has its answer. */
const connectionsMaximum = 2_048;

export interface SocketServer {
  close(): Promise<void>;
}

export interface SocketAnswers {
  /** One line for one line. */
  readonly answer: (line: string) => Promise<string>;
  /** for whom there is no room, whatever the line says */
  readonly refusal: string;
  /** connections at once; 2,048 by default */
  readonly connectionsMaximum?: number;
}

/** Answers one line with one line on worker.sock in the directory, for every caller that the directory's mode lets in. */
export const serveSocket = async (directory: string, answers: SocketAnswers): Promise<SocketServer> => {
  const { answer, refusal, connectionsMaximum: maximum = connectionsMaximum } = answers;
  const address = socketAddress(directory, workerSocketName);
  const connections = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    // The caller has gone away: nothing to do.
    socket.on('error', () => socket.destroy());
    if (connections.size <= maximum) void converse(socket, answer);
    else refuse(socket, refusal);
  });
  await listen(server, address.path);
  chmodSync(address.path, 0o600);
  return {
    close: async () => {
      for (const socket of connections) socket.destroy();
      server.close();
      await once(server, 'close');
      address.release();
    },
  };
};

const converse = async (socket: Socket, answer: (line: string) => Promise<string>): Promise<void> => {
  const line = await readLine(socket);
  if (line === null) socket.destroy();
  else socket.end(await answer(line));
};

/** Reads on until the caller ends: closed with words unread, the answer would be lost. */
const refuse = (socket: Socket, refusal: string): void => {
  socket.setTimeout(requestTimeoutMilliseconds, () => socket.destroy());
  socket.resume().end(refusal);
};

const readLine = (socket: Socket): Promise<string | null> =>
  new Promise((resolve) => {
    let text = '';
    socket.setTimeout(requestTimeoutMilliseconds, () => resolve(null));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end === -1 && text.length <= requestBytesMaximum) return;
      socket.setTimeout(0);
      resolve(end === -1 ? null : text.slice(0, end));
    });
    socket.once('end', () => resolve(null));
    socket.once('close', () => resolve(null));
  });

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
