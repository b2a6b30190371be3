import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { generateSigningKey } from '@secret-store/sealing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSignedCall, type SignedCall } from './signed-call.ts';

let server: Server;
let url: URL;
let call: SignedCall;
/** the requests of each connection */
let connections: number[];
let answer: (socket: Socket, connection: number, request: number) => void;

const ok = (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');

beforeEach(async () => {
  connections = [];
  answer = (socket) => ok(socket);
  server = createServer((socket) => {
    const connection = connections.push(0) - 1;
    socket.on('error', () => undefined);
    socket.on('data', () => {
      const request = (connections[connection] ?? 0) + 1;
      connections[connection] = request;
      answer(socket, connection, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // a server with a port has such an address
  const { port } = server.address() as AddressInfo;
  url = new URL(`http://127.0.0.1:${port}`);
  call = createSignedCall({ url, signer: await generateSigningKey() });
});

afterEach(() => server.close());

const ask = async (): Promise<string> =>
  Buffer.from((await call('POST', '/api/worker/delivery', '{}')).bytes).toString();

test('one request after the other goes over one connection', async () => {
  expect([await ask(), await ask(), await ask()]).toEqual(['ok', 'ok', 'ok']);
  expect(connections).toEqual([3]);
});

test('a kept connection that the backend closes at that moment costs no request', async () => {
  answer = (socket, connection, request) => (connection === 0 && request === 2 ? socket.resetAndDestroy() : ok(socket));
  expect([await ask(), await ask()]).toEqual(['ok', 'ok']);
  expect(connections).toEqual([2, 1]);
});

test('a new connection that the backend closes is no answer, and is not tried again', async () => {
  answer = (socket) => socket.resetAndDestroy();
  await expect(ask()).rejects.toMatchObject({ exitCode: 69, message: expect.stringContaining('gave no answer') });
  expect(connections).toEqual([1]);
});

test.each([
  ['begins', ''],
  ['ends', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no'],
])('an answer that never %s is none', async (_, begun) => {
  answer = (socket) => socket.write(begun);
  call = createSignedCall({ url, signer: await generateSigningKey(), timeoutMilliseconds: 50 });
  await expect(ask()).rejects.toMatchObject({ exitCode: 69, message: expect.stringContaining('gave no answer') });
});
