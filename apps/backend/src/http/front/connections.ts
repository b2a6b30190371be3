import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { ApiError } from '@secret-store/api';
import type { FastifyInstance } from 'fastify';

export interface ConnectionLimits {
  /** connections that are served */
  readonly maximum: number;
  /** further ones, on which a worker is served, and anybody else is told that the store has too much to do */
  readonly workerAllowance: number;
  /** streams to workers, which are counted apart */
  readonly streams: number;
}

/** A stream takes about 20 KB. */
const connectionLimits: ConnectionLimits = { maximum: 1000, workerAllowance: 250, streams: 10_000 };

const retryAfterSeconds = 2;

const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;

interface Connection {
  readonly socket: Socket;
  /** came when all places were taken */
  readonly isExtra: boolean;
  requests: number;
}

/** Places for the streams of workers, which stay open as long as their workers run. */
export interface StreamPlaces {
  /**
   * Counts the connection among the streams, until it ends, and no longer among those that serve requests.
   * @throws {ApiError} 6003 where all places are taken
   */
  take(socket: Socket): void;
}

const overloaded = (message: string): ApiError => new ApiError('Overloaded', message, { retryAfterSeconds });

/** Connections in the order of their last request, so that the first is the one that has been idle for the longest. */
class Connections {
  readonly #open = new Map<string, Connection>();
  #streams = 0;

  constructor(readonly limits: ConnectionLimits) {}

  /** Where there is no room at all, one that nobody uses makes room, or else the new one goes. */
  readonly take = (socket: Socket): void => {
    const { maximum, workerAllowance } = this.limits;
    if (this.#open.size >= maximum + workerAllowance && !this.#endIdle()) {
      socket.destroy();
      return;
    }
    const name = nameOf(socket);
    this.#open.set(name, { socket, isExtra: this.#open.size >= maximum, requests: 0 });
    socket.once('close', () => this.#open.delete(name));
  };

  isExtra(socket: Socket): boolean {
    return this.#open.get(nameOf(socket))?.isExtra ?? false;
  }

  setApart(socket: Socket): void {
    if (this.#streams >= this.limits.streams)
      throw overloaded('This backend has all the streams that it can keep. Try again, or add a backend.');
    this.#streams += 1;
    socket.once('close', () => (this.#streams -= 1));
    this.#open.delete(nameOf(socket));
  }

  begin(socket: Socket): void {
    const connection = this.#open.get(nameOf(socket));
    if (connection) connection.requests += 1;
  }

  finish(socket: Socket): void {
    const name = nameOf(socket);
    const connection = this.#open.get(name);
    if (!connection) return;
    connection.requests -= 1;
    this.#open.delete(name);
    this.#open.set(name, connection);
  }

  #endIdle(): boolean {
    for (const [name, { socket, requests }] of this.#open) {
      if (requests > 0) continue;
      this.#open.delete(name);
      socket.destroy();
      return true;
    }
    return false;
  }
}

/**
 * Caps the connections. One that is idle gives way to a new one, and a worker has places that nobody else can use, so that
 * people who hold connections hold up no delivery. Streams of workers have places of their own, so that a fleet holds up no people.
 */
export const capConnections = (app: FastifyInstance, limits = connectionLimits): StreamPlaces => {
  const connections = new Connections(limits);
  const server: Server = app.server;
  server.on('connection', connections.take);
  app.addHook('onRequest', async ({ raw: { socket }, routeOptions: { config } }, reply) => {
    connections.begin(socket);
    reply.raw.once('close', () => connections.finish(socket));
    if (!connections.isExtra(socket) || config.isForWorkers || config.isForEveryone) return;
    reply.header('connection', 'close');
    throw overloaded('The store has too many connections. Try again in a few seconds.');
  });
  return { take: (socket) => connections.setApart(socket) };
};
