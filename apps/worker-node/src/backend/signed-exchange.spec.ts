import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { signAnswer } from '@secret-store/sealing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { apiError, data, type FakeBackend, startFakeBackend } from '../testing/backend/fake-backend.ts';
import { createStranger } from '../testing/plugin-worker.ts';
import { SignedStore } from '../testing/signed-store.ts';
import { type PassedAnswer, startTamperingProxy, type TamperingProxy } from '../testing/backend/tampering-proxy.ts';
import { workerExchange } from '../testing/backend/exchanges.ts';
import { createSignedCall, type SignedCall } from './signed-call.ts';
import type { SignedExchange } from './signed-exchange.ts';

let directory: string;
let store: SignedStore;
let backend: FakeBackend;
let proxy: TamperingProxy;
let exchange: SignedExchange;
let call: SignedCall;
let pauses: number;

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'secret-store-exchange-'));
  store = await SignedStore.create(directory);
  backend = await startFakeBackend(store);
  backend.answer = (name) => data(name);
  proxy = await startTamperingProxy(backend.url);
  exchange = await workerExchange(directory);
  pauses = 0;
  let now = 0;
  const pause = async (): Promise<void> => {
    pauses += 1;
    now += 2_000;
  };
  call = createSignedCall({ backend: { url: proxy.url }, exchange, now: () => now, pause });
});

afterEach(async () => {
  vi.useRealTimers();
  await proxy.close();
  await backend.close();
  rmSync(directory, { recursive: true });
});

const ask = async (name = 'delivery'): Promise<unknown> =>
  JSON.parse(Buffer.from((await call('POST', `/api/worker/${name}`, '{}')).bytes).toString('utf8')).result.data;

const notSigned = {
  exitCode: 69,
  message: expect.stringMatching(
    /is not signed by a backend of this store: check SECRET_STORE_BACKEND_URL and the proxy$/,
  ),
};
const noAnswer = { exitCode: 69, message: expect.stringContaining('gave no answer') };

describe('a value of the backend', () => {
  test('is got by the first request, and renewed by each answer', async () => {
    expect(await ask()).toBe('delivery');
    expect(backend.signed.map(({ value }) => value)).toEqual(['none', 'a-value']);
    backend.answer = () => {
      backend.value = `${backend.value}-next`;
      return data('renewed');
    };
    expect([await ask(), await ask()]).toEqual(['renewed', 'renewed']);
    expect(backend.signed).toHaveLength(4);
  });

  test('says what time it is at the backend, and only in an answer that the backend signed', async () => {
    const heard: number[] = [];
    exchange.listen((signedTime) => void heard.push(signedTime));
    for (const value of ['1767323045678.7.abc.mac', 'a-value', '1767323045999.7.abc.mac']) {
      backend.value = value;
      await ask();
    }
    proxy.answer = (answer) => {
      const headers = { ...answer.headers, 'secret-store-value': '1999999999999.7.abc.mac' };
      return { ...answer, headers };
    };
    await expect(ask()).rejects.toMatchObject(notSigned);
    expect([...new Set(heard)]).toEqual([1_767_323_045_678, 1_767_323_045_999]);
  });

  test('that has become old costs one more request, and nobody waits', async () => {
    await ask();
    backend.value = 'another';
    expect(await ask()).toBe('delivery');
    expect(backend.signed).toHaveLength(4);
    expect(pauses).toBe(0);
  });

  test('that the backend does not take itself is no refusal of the worker', async () => {
    backend.answer = () => apiError(401, 2004);
    await expect(ask()).rejects.toMatchObject({ exitCode: 69, message: expect.stringContaining('clocks') });
    expect(backend.requests).toHaveLength(2);
  });

  test.each([3_600_000, -3_600_000])(
    'is signed in place of the time: a clock that is off by %i ms harms nothing',
    async (shift) => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + shift });
      expect(await ask()).toBe('delivery');
    },
  );
});

test('each request has a number of its own', async () => {
  await Promise.all([ask(), ask(), ask()]);
  const numbers = backend.signed.map(({ sequence }) => sequence);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(backend.signed.every(({ run, instance }) => run === 1 && instance === 'the-only-one')).toBe(true);
});

test('a worker that is ending signs nothing more, also not what was outdated meanwhile', async () => {
  await ask();
  backend.value = 'another';
  proxy.answer = (answer) => {
    exchange.end();
    return answer;
  };
  await expect(ask()).rejects.toMatchObject({ exitCode: 69, message: expect.stringContaining('ending') });
  expect(backend.signed).toHaveLength(3);
});

describe('an answer is refused, and not asked for again,', () => {
  test.each<[string, (answer: PassedAnswer) => PassedAnswer]>([
    ['with another body', (answer) => ({ ...answer, body: Buffer.from('{"result":{"data":"forged"}}') })],
    ['with another status', (answer) => ({ ...answer, status: 201 })],
    ['with the status of a refusal', (answer) => ({ ...answer, status: 401 })],
    ['with another value', (answer) => ({ ...answer, headers: { ...answer.headers, 'secret-store-value': 'x' } })],
    ['without its signature', (answer) => ({ ...answer, headers: {} })],
    [
      'that was made up, as a refusal',
      () => ({ status: 401, headers: {}, body: Buffer.from(JSON.stringify(apiError(401, 2002).body)) }),
    ],
  ])('%s', async (_, tamper) => {
    await ask();
    proxy.answer = tamper;
    await expect(ask()).rejects.toMatchObject(notSigned);
    expect(backend.signed).toHaveLength(3);
  });

  test('that was given to another request', async () => {
    await ask();
    const answers: PassedAnswer[] = [];
    proxy.answer = (answer) => {
      answers.push(answer);
      return answers[0] ?? answer;
    };
    expect(await ask('one')).toBe('one');
    await expect(ask('two')).rejects.toMatchObject(notSigned);
    await expect(ask('one')).rejects.toMatchObject(notSigned);
  });

  test('that was given to a forgery with the same signature', async () => {
    await ask();
    proxy.request = (request) => ({ ...request, body: Buffer.from('{"forged":true}') });
    proxy.answer = (answer) => {
      expect(answer.status).toBe(401);
      return answer;
    };
    await expect(ask()).rejects.toMatchObject(notSigned);
  });

  test('of the backend of another store, or of a key that is no backend', async () => {
    const stranger = await createStranger();
    await ask();
    for (const forger of [stranger, { signer: stranger.signer, certificate: store.certificate }]) {
      proxy.answer = ({ status, body, headers }) => {
        const forged = signAnswer({ digest: Buffer.alloc(32), status, body, value: 'x', requestHeaders: {} }, forger);
        return { status, body, headers: { ...headers, ...forged } };
      };
      await expect(ask()).rejects.toMatchObject(notSigned);
    }
  });
});

describe('what a proxy answers by itself', () => {
  test.each([502, 503, 504])(
    'is no answer with %i: it is asked again, and the worker is not refused',
    async (status) => {
      await ask();
      proxy.answer = () => ({ status, headers: {}, body: Buffer.from('<html>') });
      await expect(ask()).rejects.toMatchObject(noAnswer);
      expect(pauses).toBe(5);
      let failures = 2;
      proxy.answer = (answer) => {
        failures -= 1;
        return failures < 0 ? answer : { status, headers: {}, body: Buffer.from('<html>') };
      };
      expect(await ask()).toBe('delivery');
    },
  );

  test.each([200, 302, 401, 403, 404])('is refused with %i', async (status) => {
    proxy.answer = () => ({ status, headers: { location: '/sign-in' }, body: Buffer.from('<html>') });
    await expect(ask()).rejects.toMatchObject(notSigned);
    expect(pauses).toBe(0);
  });
});
