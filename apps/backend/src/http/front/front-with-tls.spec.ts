import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'secret-store-tls-'));
const certificateFile = path.join(folder, 'certificate.pem');
const keyFile = path.join(folder, 'key.pem');
const opened: Socket[] = [];
let backend: TestBackend;
let port: number;

beforeAll(async () => {
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const named = ['-subj', '/CN=localhost', '-days', '2', '-keyout', keyFile, '-out', certificateFile];
  execFileSync('openssl', [...kind, ...named], { stdio: 'ignore' });
  backend = await startTestBackend({
    front: { tls: { certificateFile, keyFile }, connectionLimits: { maximum: 4, workerAllowance: 1, streams: 1 } },
  });
  await backend.app.listen({ host: '127.0.0.1', port: 0 });
  port = z.object({ port: z.number() }).parse(backend.app.server.address()).port;
});
afterEach(() => {
  vi.useRealTimers();
  for (const socket of opened.splice(0)) socket.destroy();
});
afterAll(async () => {
  await backend.close();
  rmSync(folder, { recursive: true });
});

const exchange = (request: string): Promise<string> => {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  opened.push(socket);
  socket.on('error', () => {});
  socket.write(request);
  return text(socket);
};

it('a body that does not arrive ends with 408', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const arrives = once(backend.app.server, 'request');
  const answer = exchange(
    'POST /v1/algorithms HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n' +
      `Authorization: Simple ${backend.administrator.apiKey}\r\n\r\n{`,
  );
  await arrives;
  await new Promise(setImmediate);
  vi.advanceTimersByTime(61_000);
  expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
});

it('connections without a handshake hold up nobody, and a worker has a place of its own', async () => {
  for (let count = 0; count < 5; count += 1) {
    const socket = connectPlain({ port, host: '127.0.0.1' });
    opened.push(socket);
    await once(socket, 'connect');
  }
  const request = (path: string, method = 'GET') =>
    exchange(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect(await request('/v1/algorithms')).toMatch(/^HTTP\/1\.1 503 .*"code":6003/s);
  expect(await request('/api/worker/takeCheck', 'POST')).toMatch(/^HTTP\/1\.1 401 /);
});
