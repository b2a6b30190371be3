import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type SigningKey, signWorkerAnswer } from '@secret-store/sealing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readWorkerKeys } from '../keys/read-worker-keys.ts';
import {
  apiError,
  data,
  type FakeAnswer,
  type FakeBackend,
  moduleBytes,
  startFakeBackend,
} from '../testing/backend/fake-backend.ts';
import { checkTask } from '../testing/offered-provider.ts';
import { idOf, SignedStore } from '../testing/signed-store.ts';
import { workerExchange } from '../testing/backend/exchanges.ts';
import { type BackendClient, createBackendClient } from './backend-client.ts';
import type { SignedExchange } from './signed-exchange.ts';

/** A clock that runs only in pauses: 10 s are five of them. */
const hurried = () => {
  let now = 0;
  return { now: () => now, pause: async () => void (now += 2_000) };
};

const request = { owner: 'demo', name: 'hello' };
let directory: string;
let store: SignedStore;
let backend: FakeBackend;
let signer: SigningKey;
let exchange: SignedExchange;
let client: BackendClient;

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'secret-store-client-'));
  store = await SignedStore.create(directory);
  backend = await startFakeBackend(store);
  ({ signer } = await readWorkerKeys(directory, null));
  exchange = await workerExchange(directory);
  client = createBackendClient({ backend: { url: backend.url }, exchange, ...hurried() });
});

afterEach(async () => {
  await backend.close();
  rmSync(directory, { recursive: true });
});

test('signs its requests and returns the answers of the backend', async () => {
  const delivery = JSON.parse(JSON.stringify(store.delivery([])));
  const inputs: unknown[] = [];
  backend.answer = (path, input) => {
    inputs.push([path, input]);
    return path === 'delivery' ? data(delivery) : moduleBytes(Buffer.from('module'), 'signature');
  };
  expect(await client.delivery(request)).toEqual(delivery);
  expect(await client.module('a'.repeat(64))).toEqual({
    bytes: Buffer.from('module'),
    signature: 'signature',
  });
  expect(inputs).toEqual([
    ['delivery', request],
    [`modules/${'a'.repeat(64)}`, undefined],
  ]);
});

test('takes a pending check, telling what it has seen, and answers it', async () => {
  const task = checkTask(
    store,
    { base: (await store.internalValue('A', 'x')).record },
    { providerId: idOf('provider') },
  );
  const polled = { task: null, head: null, backendCertificate: store.certificate };
  const poll = { head: store.signHead({ sequence: 7 }), epoch: 5 };
  const answer = signWorkerAnswer({ checkId: task.checkId, outcome: 'match', version: 'v1', message: '' }, signer);
  const inputs: unknown[] = [];
  const answers = [data(polled), data({ ...polled, task, head: poll.head }), { body: { result: {} } }];
  backend.answer = (path, input) => {
    inputs.push([path, input]);
    return answers.shift() ?? apiError(500, 5001);
  };
  expect(await client.takeCheck({ head: null, epoch: 0 })).toEqual(polled);
  expect(await client.takeCheck(poll)).toEqual(JSON.parse(JSON.stringify({ ...polled, task, head: poll.head })));
  await client.answerCheck(answer);
  expect(inputs).toEqual([
    ['takeCheck', { head: null, epoch: 0 }],
    ['takeCheck', poll],
    ['answerCheck', answer],
  ]);
});

describe('ends with the exit code that the contract names', () => {
  test.each<[string, FakeAnswer, number]>([
    ['an algorithm that does not exist', apiError(404, 1000), 78],
    ['a worker that the backend does not know', apiError(401, 2000), 77],
    ['a worker that was revoked', apiError(401, 2002), 77],
    ['a worker whose folder was copied', apiError(401, 2003), 77],
    ['an algorithm of another pool', apiError(403, 2001), 77],
    ['an error of the backend', apiError(500, 5001), 69],
    ['a store that has no room', apiError(503, 6003), 69],
    ['a refusal that no backend signed', { ...apiError(401, 2002), unsigned: true }, 69],
    ['an answer that no backend signed', { ...data({}), unsigned: true }, 69],
    ['a failure of a proxy', { status: 502, body: 'bad gateway', unsigned: true }, 69],
    ['an answer that is none of tRPC', { status: 502, body: 'bad gateway' }, 69],
    ['an answer of an unknown form', data({ set: 'x' }), 69],
    ['an answer that is longer than any that is right', moduleBytes(Buffer.alloc(96 * 1024 * 1024 + 1)), 69],
    ['a redirect, which would carry the signature elsewhere', { status: 303, location: '/elsewhere' }, 69],
  ])('%s', async (_, answer, exitCode) => {
    backend.answer = () => answer;
    const status = answer.status ?? 200;
    // only an answer that the backend signed, and that is no error of its own, is one
    const name = status >= 500 || answer.unsigned === true ? 'BackendAway' : expect.not.stringMatching('BackendAway');
    await expect(client.delivery(request)).rejects.toMatchObject({ name, exitCode });
    // a refusal stands; an error of the backend may pass
    expect(backend.requests).toHaveLength(status >= 500 ? 6 : 1);
  });

  test('silence', async () => {
    backend.answer = () => ({ hang: true });
    const impatient = createBackendClient({ backend: { url: backend.url }, exchange, timeoutMilliseconds: 50 });
    await expect(impatient.delivery(request)).rejects.toMatchObject({ exitCode: 69 });
  });

  test('a backend that cannot be reached', async () => {
    await backend.close();
    await expect(client.delivery(request)).rejects.toMatchObject({ exitCode: 69 });
    backend = await startFakeBackend(store);
  });
});
