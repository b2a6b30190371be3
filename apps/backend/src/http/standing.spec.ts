import { signAuditHead } from '@secret-store/sealing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CallingWorker } from '../workers/testing/calling-worker.ts';
import { startTestBackend, type TestBackend } from './testing/test-backend.ts';

let backend: TestBackend;
let worker: CallingWorker;

beforeAll(async () => {
  backend = await startTestBackend();
  worker = new CallingWorker(backend.keys);
  await backend.deps.ledger.flush();
});
afterAll(() => backend.close());

const poll = async (head: unknown, epoch = 0) => {
  const url = '/api/worker/takeCheck';
  const payload = JSON.stringify({ head, epoch });
  const signature = worker.sign({ method: 'POST', target: url, body: payload });
  const headers = { ...signature, 'content-type': 'application/json' };
  const answer = await backend.app.inject({ method: 'POST', url, headers, payload });
  return answer.json().result.data;
};

it('a worker is told the newest head, and the restore that it does not follow yet', async () => {
  const { ledger } = backend.deps;
  expect(await poll(null)).toMatchObject({ head: ledger.chain.signedHead, epoch: null });
  const envelope = signAuditHead({ epoch: 0, sequence: 1, hash: 'ab'.repeat(32) }, backend.deps.keys.signer);
  ledger.epoch = { number: 7, envelope, head: { sequence: 1, hash: 'ab'.repeat(32) } };
  expect(await poll(null)).toMatchObject({ epoch: envelope });
  expect(await poll(null, 7)).toMatchObject({ epoch: null });
  ledger.epoch = null;
});

it('while it asks what the workers have seen, a backend answers workers alone, and does not tell them what it sees', async () => {
  const { ledger } = backend.deps;
  ledger.standing.ask();
  const settled = ledger.standing.settle();
  for (const [method, url] of [
    ['GET', '/v1/algorithms'],
    ['POST', '/v1/algorithms'],
    ['GET', '/api/trpc/session.current'],
    ['POST', '/api/trpc/session.signIn'],
  ] as const) {
    const answer = await backend.asAdministrator(method, url);
    expect([url, answer.status, answer.headers['retry-after']]).toEqual([url, 503, '2']);
    expect(answer.text).toContain('6003');
  }
  const notReady = await backend.request({ url: '/readyz' });
  expect([notReady.status, notReady.json]).toEqual([503, { status: 'not ready', failing: ['audit'] }]);
  expect((await backend.request({ url: '/healthz' })).status).toBe(200);

  expect(await poll(null)).toMatchObject({ head: null });
  await poll(ledger.chain.signedHead);
  expect(await settled).toBe('known');
  ledger.standing.open();
  expect((await backend.asAdministrator('GET', '/v1/algorithms')).status).toBe(200);
  const ready = await backend.request({ url: '/readyz' });
  expect([ready.status, ready.json]).toEqual([200, { status: 'ready' }]);
});
