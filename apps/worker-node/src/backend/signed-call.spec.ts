import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { backendSocketName, socketAddress } from '@secret-store/api/socket';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { believingExchange as exchange } from '../testing/backend/exchanges.ts';
import { createSignedCall, type SignedCall } from './signed-call.ts';

let server: Server;
let url: URL;
let call: SignedCall;
/** the requests of each connection */
let connections: number[];
let answer: (socket: Socket, connection: number, request: number) => void;

let now: number;
let pauses: number[];
const pause = async (milliseconds: number): Promise<void> => {
  pauses.push(milliseconds);
  now += 2_000;
};

const ok = (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');

beforeEach(async () => {
  connections = [];
  now = 0;
  pauses = [];
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
  call = createSignedCall({ backend: { url }, exchange, now: () => now, pause });
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

test('a backend that is away is asked again for 10 s, and then it is said', async () => {
  answer = (socket) => socket.resetAndDestroy();
  await expect(ask()).rejects.toMatchObject({ exitCode: 69, message: expect.stringContaining('gave no answer') });
  expect(connections).toEqual([1, 1, 1, 1, 1, 1]);
  server.close();
  await expect(ask()).rejects.toMatchObject({ exitCode: 69, message: expect.stringContaining('gave no answer') });
});

test('a network that is cut is no answer either: it is asked again', async () => {
  // nobody connects to an address of a group: the system says that there is no way to it
  call = createSignedCall({ backend: { url: new URL('http://224.0.0.1:1') }, exchange, now: () => now, pause });
  await expect(ask()).rejects.toMatchObject({ exitCode: 69 });
  expect(pauses).toHaveLength(5);
});

test('a backend that comes back gives its answer, also when it was cut off in the middle of one', async () => {
  answer = (socket, connection) => {
    if (connection === 0) socket.resetAndDestroy();
    else if (connection === 1) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no');
    else ok(socket);
  };
  expect(await ask()).toBe('ok');
  expect(connections).toEqual([1, 1, 1]);
});

const answerWith = (status: number) => (socket: Socket) =>
  socket.write(`HTTP/1.1 ${status} Status\r\ncontent-length: 2\r\n\r\n{}`);

test.each([500, 502, 503])('an answer of %i is asked for again, each time after a pause that grows', async (status) => {
  answer = answerWith(status);
  await expect(ask()).rejects.toMatchObject({ exitCode: 69 });
  expect(connections).toEqual([6]);
  expect(pauses.every((milliseconds, index) => milliseconds <= Math.min(50 * 2 ** index, 500))).toBe(true);
  expect(pauses.every((milliseconds, index) => milliseconds >= Math.min(50 * 2 ** index, 500) / 2)).toBe(true);
});

test.each([401, 404, 409])('a refusal with %i stands', async (status) => {
  answer = answerWith(status);
  await expect(ask()).rejects.toThrow();
  expect(connections).toEqual([1]);
});

test('a backend beside this worker is asked over its socket, however long the path of its folder is', async () => {
  const root = mkdtempSync(path.join(tmpdir(), 'secret-store-call-'));
  const socketDirectory = path.join(root, 'd'.repeat(100));
  mkdirSync(socketDirectory);
  const beside = createSignedCall({ backend: { socketDirectory }, exchange, now: () => now, pause });
  await expect(beside('GET', '/api/worker/x')).rejects.toMatchObject({
    exitCode: 69,
    message: expect.stringContaining('the backend beside this worker gave no answer'),
  });
  expect(pauses).toHaveLength(5);
  const address = socketAddress(socketDirectory, backendSocketName);
  const local = createServer((socket) => socket.on('data', () => ok(socket)));
  local.listen(address.path);
  await once(local, 'listening');
  address.release();
  expect(Buffer.from((await beside('GET', '/api/worker/x')).bytes).toString()).toBe('ok');
  local.close();
  rmSync(root, { recursive: true });
});

test.each([
  ['begins', ''],
  ['ends', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no'],
])('an answer that never %s is none', async (_, begun) => {
  answer = (socket) => socket.write(begun);
  call = createSignedCall({ backend: { url }, exchange, timeoutMilliseconds: 50 });
  await expect(ask()).rejects.toMatchObject({ exitCode: 69, message: expect.stringContaining('gave no answer') });
});
