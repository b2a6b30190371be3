import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/**
 * Whose request it is: the last hop that a trusted proxy names, else the other end of the connection. What a proxy wrote that is
 * no address does not count.
 */
export const clientAddress = ({ ip, raw: { socket } }: FastifyRequest): string =>
  isIP(ip) === 0 ? (socket.remoteAddress ?? ip) : ip;
