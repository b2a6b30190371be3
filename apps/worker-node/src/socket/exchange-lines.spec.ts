import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requestEnvironment } from './request-environment.ts';

let directory: string;
let worker: ChildProcess | undefined;
let callers: Socket[];

const request = { owner: 'demo', name: 'hello' };
const resolved = { environment: { A: '1' }, strict: false };
/** Lets two callers wait until they are accepted, so a few are enough to fill it. */
const script = `
  const { createServer } = require('node:net');
  const server = createServer((socket) => socket.once('data', () => socket.end(${JSON.stringify(JSON.stringify(resolved))})));
  server.listen({ path: process.argv[1], backlog: 1 }, () => console.log('listening'));`;

const socketPath = () => path.join(directory, 'worker.sock');

const startWorker = async (): Promise<ChildProcess> => {
  const child = spawn(process.execPath, ['-e', script, socketPath()], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  worker = child;
  return child;
};

/** Callers until the system takes no more of them for a worker that does not accept any. */
const fill = async (): Promise<void> => {
  for (;;) {
    const socket = createConnection(socketPath());
    const problem = await new Promise((resolve) => {
      socket.once('connect', () => resolve(undefined)).once('error', resolve);
    });
    if (problem !== undefined) return expect(problem).toMatchObject({ code: 'EAGAIN' });
    callers.push(socket.on('error', () => undefined));
  }
};

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'secret-store-connect-'));
  callers = [];
});

afterEach(() => {
  for (const socket of callers) socket.destroy();
  worker?.kill('SIGKILL');
  rmSync(directory, { recursive: true });
});

test('a caller that finds the worker too busy to accept it tries again, and gets its answer', async () => {
  const { pid } = await startWorker();
  if (pid === undefined) throw new Error('the worker has no process');
  process.kill(pid, 'SIGSTOP');
  await fill();
  const pauses: number[] = [];
  const pause = async (milliseconds: number): Promise<void> => {
    if (pauses.push(milliseconds) === 1) process.kill(pid, 'SIGCONT');
  };
  expect(await requestEnvironment(directory, request, { now: () => 0, pause })).toEqual(resolved);
  expect(pauses.length).toBeGreaterThan(0);
});

test('a caller that finds the worker ended waits for the next one', async () => {
  const first = await startWorker();
  first.kill('SIGKILL');
  await once(first, 'exit');
  const pause = async (): Promise<void> => {
    rmSync(socketPath());
    await startWorker();
  };
  expect(await requestEnvironment(directory, request, { now: () => 0, pause })).toEqual(resolved);
});

test('a caller whose worker ends before it has answered asks the next one', async () => {
  const server = createServer((socket) => socket.once('data', () => socket.end('{"environment":{"A"')));
  server.listen(socketPath());
  await once(server, 'listening');
  const pause = async (): Promise<void> => {
    server.close();
    await once(server, 'close');
    await startWorker();
  };
  expect(await requestEnvironment(directory, request, { now: () => 0, pause })).toEqual(resolved);
});

test.each([
  ['EAGAIN', 'more callers than it can serve'],
  ['ECONNREFUSED', 'start the store with npm start'],
  ['ENOENT', 'start the store with npm start'],
])('after 10 s of %s it says what is wrong', async (code, message) => {
  if (code !== 'ENOENT') {
    const child = await startWorker();
    child.kill(code === 'EAGAIN' ? 'SIGSTOP' : 'SIGKILL');
    await (code === 'EAGAIN' ? fill() : once(child, 'exit'));
  }
  let now = 0;
  const options = { now: () => now, pause: async () => void (now += 500) };
  expect(await requestEnvironment(directory, request, options)).toEqual({
    exitCode: 69,
    message: expect.stringContaining(message),
  });
  expect(now).toBe(10_000);
});

test('where no worker can ever have been it says so at once', async () => {
  const pause = () => Promise.reject(new Error('it waits'));
  expect(await requestEnvironment(path.join(directory, 'nowhere'), request, { pause })).toEqual({
    exitCode: 69,
    message: expect.stringContaining('no worker is running'),
  });
});
