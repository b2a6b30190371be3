import { once } from 'node:events';
import http, { type RequestListener, type Server } from 'node:http';
import https, { type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server until the end of the test. */
export const serve = async (answer: RequestListener, tls?: ServerOptions): Promise<string> => {
  const server = tls ? https.createServer(tls, answer) : http.createServer(answer);
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  // a TCP server that listens has an AddressInfo
  const { port } = server.address() as AddressInfo;
  return `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
};
