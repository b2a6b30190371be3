import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requestEnvironment } from './request-environment.ts';
import { serveSocket, type SocketServer } from './serve-socket.ts';

let directory: string;
let servers: SocketServer[];

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'secret-store-socket-'));
  servers = [];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  rmSync(directory, { recursive: true });
});

const resolved = { environment: { A: '1' }, strict: false };
const refusal = { exitCode: 69, message: 'no room' };
const serve = async (
  folder = directory,
  answer: (line: string) => Promise<string> = async () => JSON.stringify(resolved),
) => {
  const server = await serveSocket(folder, { answer, refusal: JSON.stringify(refusal), connectionsMaximum: 2 });
  servers.push(server);
  return server;
};
const ask = (folder = directory) => requestEnvironment(folder, { owner: 'demo', name: 'hello' });

test('answers a request, and delivers a large answer completely', async () => {
  const large = { environment: { A: 'x'.repeat(3_000_000) }, strict: false };
  await serve(directory, async () => JSON.stringify(large));
  expect(await ask()).toEqual(large);
});

test('accepts its own user and nobody else', async () => {
  await serve();
  expect(statSync(path.join(directory, 'worker.sock')).mode & 0o777).toBe(0o600);
});

test('works in a folder whose path is too long for a socket', async () => {
  const deep = path.join(directory, 'd'.repeat(100), 'e'.repeat(100));
  mkdirSync(deep, { recursive: true });
  await serve(deep);
  expect(await ask(deep)).toEqual(resolved);
  expect(existsSync(path.join(deep, 'worker.sock'))).toBe(true);
});

test('takes over the socket of a worker that was killed', async () => {
  const script = `require('node:net').createServer().listen(${JSON.stringify(path.join(directory, 'worker.sock'))}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
  expect(existsSync(path.join(directory, 'worker.sock'))).toBe(true);
  await serve();
  expect(await ask()).toEqual(resolved);
});

test('refuses to take over the socket of a running worker', async () => {
  await serve();
  await expect(serve()).rejects.toThrow('another worker is already running');
  expect(await ask()).toEqual(resolved);
});

test('closes the connection of a caller that sends too much, and keeps serving', async () => {
  await serve();
  const socket = connect(path.join(directory, 'worker.sock'));
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write('x'.repeat(100_000));
  await closed;
  expect(await ask()).toEqual(resolved);
});

test('a caller for whom there is no room is told so at once, and those before it get their answers', async () => {
  let answerAll = (): void => undefined;
  const answering = new Promise<void>((resolve) => {
    answerAll = resolve;
  });
  await serve(directory, async () => {
    await answering;
    return JSON.stringify(resolved);
  });
  const first = [ask(), ask()];
  // both are in before the third: they connect in their order
  expect(await ask()).toEqual(refusal);
  answerAll();
  expect(await Promise.all(first)).toEqual([resolved, resolved]);
  await expect.poll(() => ask()).toEqual(resolved);
});
