import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Some proxies write the port of the connection too: `203.0.113.1:51234`, `[2001:db8::1]:51234`. */
const withPort = /^(?:\[(?<ipv6>[^\]]+)\]|(?<ipv4>[\d.]+))(?::\d+)?$/;

/**
 * Whose request it is: the last hop that a trusted proxy names, else the other end of the connection. What a proxy wrote that is
 * no address does not count.
 */
export const clientAddress = ({ ip, raw: { socket } }: FastifyRequest): string => {
  const { ipv6, ipv4 } = withPort.exec(ip)?.groups ?? {};
  const address = ipv6 ?? ipv4 ?? ip;
  return isIP(address) === 0 ? (socket.remoteAddress ?? ip) : address;
};
