import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request as send } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CallingWorker } from '../../workers/testing/calling-worker.ts';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';

let root: string;
let socketPath: string;
let backend: TestBackend;

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'secret-store-listener-'));
  const workerSocketDirectory = path.join(root, 'run');
  socketPath = path.join(workerSocketDirectory, 'backend.sock');
  // as a backend leaves it that was killed
  mkdirSync(workerSocketDirectory);
  writeFileSync(socketPath, '');
  backend = await startTestBackend({ front: { workerSocketDirectory } });
  await backend.app.ready();
});
afterAll(async () => {
  await backend.close();
  rmSync(root, { recursive: true });
});

const ask = async (method: string, target: string, headers: Readonly<Record<string, string>> = {}, body = '') => {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    send({ socketPath, agent: false, method, path: target, headers })
      .once('response', resolve)
      .once('error', reject)
      .end(body);
  });
  return { status: answer.statusCode, body: await json(answer) };
};

const poll = JSON.stringify({ head: null, epoch: 0 });

it('serves a worker by its signature', async () => {
  const target = '/api/worker/takeCheck';
  const signature = new CallingWorker(backend.keys).sign({ method: 'POST', target, body: poll });
  const answer = await ask('POST', target, { ...signature, 'content-type': 'application/json' }, poll);
  expect(answer).toMatchObject({ status: 200, body: { result: { data: { task: null } } } });
  expect((await backend.request({ url: '/metrics' })).text).toContain(
    'method="POST",route="/api/worker/takeCheck",status="200"',
  );
});

it('believes nobody who only got in, and serves nothing else, not even to an administrator', async () => {
  const unsigned = await ask('POST', '/api/worker/takeCheck', { 'content-type': 'application/json' }, poll);
  expect(unsigned).toMatchObject({ status: 401, body: { error: { code: 2000 } } });
  const authorization = `Simple ${backend.administrator.apiKey}`;
  for (const target of ['/v1/algorithms', '/readyz', '/metrics', '/api/auth/session', '/api/trpc/algorithms.list']) {
    expect([target, (await ask('GET', target, { authorization })).status]).toEqual([target, 404]);
  }
});

it('ends with its backend', async () => {
  await backend.app.close();
  await expect(ask('GET', '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
