import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { ApiError } from '@secret-store/api';
import type { FastifyInstance } from 'fastify';

export interface ConnectionLimits {
  /** connections that are served */
  readonly maximum: number;
  /** further ones, on which a worker is served, and anybody else is told that the store has too much to do */
  readonly workerAllowance: number;
}

const connectionLimits: ConnectionLimits = { maximum: 1000, workerAllowance: 250 };

const retryAfterSeconds = 2;

const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;

interface Connection {
  readonly socket: Socket;
  /** came when all places were taken */
  readonly isExtra: boolean;
  requests: number;
}

/** Connections in the order of their last request, so that the first is the one that has been idle for the longest. */
class Connections {
  readonly #open = new Map<string, Connection>();

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
 * people who hold connections hold up no delivery.
 */
export const capConnections = (app: FastifyInstance, limits = connectionLimits): void => {
  const connections = new Connections(limits);
  const server: Server = app.server;
  server.on('connection', connections.take);
  app.addHook('onRequest', async ({ raw: { socket }, routeOptions: { config } }, reply) => {
    connections.begin(socket);
    reply.raw.once('close', () => connections.finish(socket));
    if (!connections.isExtra(socket) || config.isForWorkers || config.isForEveryone) return;
    reply.header('connection', 'close');
    throw new ApiError('Overloaded', 'The store has too many connections. Try again in a few seconds.', {
      retryAfterSeconds,
    });
  });
};
