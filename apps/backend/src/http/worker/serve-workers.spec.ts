import { createHash } from 'node:crypto';
import { generateSigningKey } from '@secret-store/sealing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemActor } from '../../audit/audit-entry.ts';
import { change } from '../../ledger/change.ts';
import { CallingWorker } from '../../workers/testing/calling-worker.ts';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';

const module = Buffer.from([0, 0xff, 0x80, 0x0a]);
const sha256 = createHash('sha256').update(module).digest('hex');
const signature = Buffer.alloc(64, 1).toString('base64');
let backend: TestBackend;
let worker: CallingWorker;

beforeAll(async () => {
  backend = await startTestBackend();
  worker = new CallingWorker(backend.keys);
  await change(backend.deps, async (changes) => {
    const row = { sha256, manifest: {}, sizeBytes: module.length, signature, createdAt: new Date() };
    await changes.insert('module', row, { bytes: module });
    changes.audit({
      actor: systemActor,
      action: 'provider.upload-module',
      subject: { type: 'module', id: sha256 },
      details: {},
    });
  });
});
afterAll(() => backend.close());

interface WorkerCall {
  readonly url: string;
  readonly input?: unknown;
  readonly caller?: CallingWorker;
}

const send = ({ url, input, caller = worker }: WorkerCall) => {
  const method = url.includes('/modules/') ? 'GET' : 'POST';
  const payload = input === undefined ? '' : JSON.stringify(input);
  const signature = caller.sign({ method, target: url, body: payload });
  const headers = { ...signature, ...(method === 'POST' && { 'content-type': 'application/json' }) };
  return backend.app.inject({ method, url, headers, ...(method === 'POST' && { payload }) });
};

it('a worker gets a module as the bytes that were uploaded, with the signature that came with them', async () => {
  const answer = await send({ url: `/api/worker/modules/${sha256}` });
  expect(answer.statusCode).toBe(200);
  expect(answer.rawPayload).toEqual(module);
  expect(answer.headers['secret-store-module-signature']).toBe(signature);
});

it('a worker gets what it asks for by its signature alone', async () => {
  const answer = await send({ url: '/api/worker/takeCheck', input: { head: null, epoch: 0 } });
  const backendCertificate = backend.deps.keys.certificate;
  expect(answer.json()).toEqual({ result: { data: { task: null, head: null, backendCertificate, epoch: null } } });
});

it('an error has the form that it has in REST, in a procedure and for a module', async () => {
  const unknown = await send({ url: '/api/worker/delivery', input: { owner: 'nobody', name: 'nothing' } });
  expect([unknown.statusCode, unknown.json()]).toEqual([
    404,
    { error: { id: expect.any(String), code: 1000, message: expect.any(String) } },
  ]);
  const missing = await send({ url: `/api/worker/modules/${'0'.repeat(64)}` });
  expect([missing.statusCode, missing.json()]).toEqual([
    409,
    { error: { id: expect.any(String), code: 8021, message: expect.any(String) } },
  ]);
});

it.each(['/api/worker/delivery', '/api/worker/takeCheck', `/api/worker/modules/${sha256}`])(
  '%s is refused to everyone but a worker of this store',
  async (url) => {
    const stranger = await send({
      url,
      caller: new CallingWorker(backend.keys, { signer: await generateSigningKey() }),
    });
    expect([stranger.statusCode, stranger.json().error.code]).toEqual([401, 2000]);
    const administrator = await backend.asAdministrator(url.includes('/modules/') ? 'GET' : 'POST', url);
    expect([administrator.status, administrator.code]).toEqual([401, 2000]);
  },
);

it("the users' way in knows no workers: a worker's signature is worth nothing there, and their procedures are unknown", async () => {
  const url = `/api/trpc/algorithms.list?input=${encodeURIComponent('{}')}`;
  const headers = worker.sign({ method: 'GET', target: url, body: '' });
  expect((await backend.app.inject({ method: 'GET', url, headers })).statusCode).toBe(401);
  expect((await send({ url: '/api/trpc/workers.takeCheck' })).statusCode).toBe(404);
});
