import { createAnswerVerifier, generateSigningKey, requestDigest, requestWithNonce } from '@secret-store/sealing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CallingWorker } from '../../workers/testing/calling-worker.ts';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';

const poll = JSON.stringify({ head: null, epoch: 0 });
const target = '/api/worker/takeCheck';
let backend: TestBackend;
let worker: CallingWorker;

beforeAll(async () => {
  backend = await startTestBackend();
  worker = new CallingWorker(backend.keys);
});
afterAll(() => backend.close());

interface Asked {
  readonly method: 'GET' | 'POST';
  readonly target: string;
  readonly body: string;
}

const send = ({ method, target: url, body }: Asked, headers: Readonly<Record<string, string>>) =>
  backend.app.inject({
    method,
    url,
    headers: { ...headers, ...(method === 'POST' && { 'content-type': 'application/json' }) },
    ...(method === 'POST' && { payload: body }),
  });

type Answer = Awaited<ReturnType<typeof send>>;

const isGenuine = (
  { statusCode: status, headers, rawPayload: body }: Answer,
  digest: Uint8Array | null,
  verifier = createAnswerVerifier(backend.deps.keys.root),
): boolean => {
  if (digest === null) throw new Error('the request has no name');
  const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return verifier.verify({ digest, status, body, headers: texts }) !== null;
};

const post = (path: string, input: unknown): Asked => ({
  method: 'POST',
  target: `/api/worker/${path}`,
  body: JSON.stringify(input),
});

it.each<[string, number, Asked]>([
  ['of a procedure', 200, post('takeCheck', { head: null, epoch: 0 })],
  ['that something is not there', 404, post('delivery', { owner: 'nobody', name: 'nothing' })],
  ['that the body is wrong', 400, post('takeCheck', { head: 7 })],
  ['of a module', 409, { method: 'GET', target: `/api/worker/modules/${'0'.repeat(64)}`, body: '' }],
])('an answer %s is signed for its request (%i)', async (_, status, asked) => {
  const headers = worker.sign(asked);
  const answer = await send(asked, headers);
  expect(answer.statusCode).toBe(status);
  const request = { ...asked, body: Buffer.from(asked.body), headers };
  expect(isGenuine(answer, requestDigest(request))).toBe(true);
  expect(isGenuine(answer, requestDigest({ ...request, target: `${asked.target}?` }))).toBe(false);
  expect(isGenuine({ ...answer, statusCode: 503 }, requestDigest(request))).toBe(false);
  expect(isGenuine({ ...answer, rawPayload: Buffer.from('{}') }, requestDigest(request))).toBe(false);
});

it('a refusal is signed for the request as it came: what a forgery is answered is nothing to the worker', async () => {
  const asked = { method: 'POST', target, body: poll } as const;
  const stranger = new CallingWorker(backend.keys, { signer: await generateSigningKey() });
  const unknown = stranger.sign(asked);
  const refusal = await send(asked, unknown);
  expect([refusal.statusCode, refusal.json().error.code]).toEqual([401, 2000]);
  expect(isGenuine(refusal, requestDigest({ ...asked, body: Buffer.from(poll), headers: unknown }))).toBe(true);

  const headers = worker.sign(asked);
  const forged = await send({ ...asked, body: '{"head":null,"epoch":7}' }, headers);
  expect([forged.statusCode, forged.json().error.code]).toEqual([401, 2000]);
  expect(isGenuine(forged, requestDigest({ ...asked, body: Buffer.from(poll), headers }))).toBe(false);
});

it('an answer brings the value for the next request, also where this one was signed over an old one', async () => {
  const asked = { method: 'POST', target, body: poll } as const;
  const outdated = await send(asked, worker.sign(asked, 'none'));
  expect([outdated.statusCode, outdated.json().error.code]).toEqual([401, 2004]);
  const next = await send(asked, worker.sign(asked, String(outdated.headers['secret-store-value'])));
  expect(next.statusCode).toBe(200);
  expect(next.headers['secret-store-value']).toContain(`.1.${worker.instance}.`);
});

it('a caller without a key is answered over its nonce, and gets the certificate once', async () => {
  const asked = { method: 'POST', target, body: poll } as const;
  const verifier = createAnswerVerifier(backend.deps.keys.root);
  const ask = async () => {
    const { headers, digest } = requestWithNonce({ ...asked, body: Buffer.from(poll) });
    return { digest, answer: await send(asked, { ...headers, ...verifier.headers }) };
  };
  const first = await ask();
  expect([first.answer.statusCode, first.answer.json().error.code]).toEqual([401, 2000]);
  expect(isGenuine(first.answer, first.digest, verifier)).toBe(true);
  const second = await ask();
  expect(isGenuine(second.answer, second.digest, verifier)).toBe(true);
  expect(isGenuine(second.answer, first.digest, verifier)).toBe(false);
  expect(first.answer.headers).toHaveProperty('secret-store-backend-certificate');
  expect(second.answer.headers).not.toHaveProperty('secret-store-backend-certificate');
});
