import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { CallingWorker } from '../../workers/testing/calling-worker.ts';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';
import { parseTrustedProxies } from './trusted-proxies.ts';

let backend: TestBackend;
let port: number;

beforeAll(async () => {
  const connectionLimits = { maximum: 20, workerAllowance: 5, streams: 30 };
  const trustedProxies = parseTrustedProxies('192.0.2.9');
  if (!trustedProxies) throw new Error('this is an address');
  backend = await startTestBackend({ front: { connectionLimits, trustedProxies } });
  await backend.app.listen({ host: '127.0.0.1', port: 0 });
  port = z.object({ port: z.number() }).parse(backend.app.server.address()).port;
});
afterAll(() => backend.close());
afterEach(() => {
  vi.useRealTimers();
});

const opened: Socket[] = [];
afterEach(() => opened.splice(0).forEach((socket) => socket.destroy()));

const open = async (): Promise<Socket> => {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  opened.push(socket);
  await once(socket, 'connect');
  return socket;
};

/** What comes back until the connection is closed. */
const exchange = async (request: string): Promise<string> => {
  const socket = await open();
  socket.write(request);
  return text(socket);
};

const Failure = z.object({ error: z.object({ id: z.uuid(), code: z.number(), message: z.string() }) });

const answerIn = (response: string) => {
  const [head = '', body = ''] = response.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head, body };
};

describe('what is not read as a request of the store', () => {
  it('is answered in the form of every error', async () => {
    const close = 'Host: x\r\nConnection: close\r\n';
    const requests = [
      ['no HTTP', 'hello\r\n\r\n', 400],
      ['an unknown method', `BREW /v1/algorithms HTTP/1.1\r\n${close}\r\n`, 400],
      ['a method that no path has', `PROPFIND /v1/algorithms HTTP/1.1\r\n${close}\r\n`, 404],
      ['a tunnel', `CONNECT example.com:443 HTTP/1.1\r\n${close}\r\n`, 404],
      ['a bad path', `GET /v1/algorithms/%zz HTTP/1.1\r\n${close}\r\n`, 400],
      ['U+0000 in a header', `GET /healthz HTTP/1.1\r\n${close}X-A: a\0b\r\n\r\n`, 400],
      ['no host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
      ['too many headers', `GET /healthz HTTP/1.1\r\n${close}X-A: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
      ['two lengths', `POST /v1/algorithms HTTP/1.1\r\n${close}Content-Length: 1\r\nContent-Length: 2\r\n\r\nx`, 400],
      ['an expectation', `GET /healthz HTTP/1.1\r\n${close}Expect: miracles\r\n\r\n`, 200],
    ] as const;
    for (const [name, request, status] of requests) {
      const answer = answerIn(await exchange(request));
      expect([name, answer.status]).toEqual([name, status]);
      if (status === 200) continue;
      expect([name, answer.body]).toEqual([name, expect.stringContaining('"code":6001')]);
      expect(Failure.parse(JSON.parse(answer.body)).error.message).not.toContain('%zz');
    }
    expect(backend.logged()).not.toContain('"level":50');
  });

  it('is answered in the form of tRPC where it was for a procedure', async () => {
    const urls = [
      '/api/trpc/%zz',
      '/api/trpc/a/b',
      '/api/trpc/nothing.here',
      '/api/trpc/session.current?input=%ED%A0%80',
    ];
    const headers = { authorization: 'Simple wrong-key-wrong-key-wrong-key' };
    const answers = [
      ...(await Promise.all(urls.map((url) => backend.request({ url })))),
      await backend.request({ url: '/api/trpc/session.current', headers }),
    ];
    for (const { json } of answers) {
      expect(json).toMatchObject({
        error: { code: expect.any(Number), data: { secretStore: { message: expect.any(String) } } },
      });
    }
    expect(answers.map(({ status }) => status)).toEqual([400, 404, 404, 400, 401]);
  });
});

it('what is not a page is not kept, however its path is written', async () => {
  for (const url of [
    '/v1/algorithms',
    '/%76%31/algorithms',
    '/v1%2falgorithms',
    '/%61pi/trpc/session.current',
    '/v1/%zz',
  ]) {
    const { headers, text: body } = await backend.request({ url });
    if (body.includes('"page"')) continue;
    expect([url, headers['cache-control']]).toEqual([url, 'no-store']);
  }
  expect((await backend.request({ url: '/sign-in' })).headers['cache-control']).toBeUndefined();
});

describe('a body that does not arrive', () => {
  const head = (path: string, more = '') =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n${more}\r\n{`;
  const key = () => `Authorization: Simple ${backend.administrator.apiKey}\r\n`;

  const afterAMinute = async (requests: readonly string[]): Promise<string[]> => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const arrived = new Promise<void>((resolve) => {
      let left = requests.length;
      backend.app.server.on('request', () => (--left === 0 ? setImmediate(resolve) : null));
    });
    const answers = requests.map(exchange);
    await arrived;
    vi.advanceTimersByTime(61_000);
    return Promise.all(answers);
  };

  it('ends with 408 after 60 seconds, and the connection with it', async () => {
    const [waiting = '', refused = '', trpc = ''] = await afterAMinute([
      head('/v1/algorithms', key()),
      head('/v1/algorithms'),
      head('/api/trpc/session.signIn'),
    ]);
    expect([answerIn(waiting).status, answerIn(waiting).body]).toEqual([408, expect.stringContaining('"code":6001')]);
    expect(answerIn(refused).status).toBe(401);
    expect([answerIn(trpc).status, answerIn(trpc).body]).toEqual([408, expect.stringContaining('secretStore')]);
  });

  it('an upload goes on while enough of it arrives', async () => {
    const upload = head('/v1/admin/plugins/inspect', key()).replace(
      'application/json',
      'multipart/form-data; boundary=x',
    );
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const arrives = once(backend.app.server, 'request');
    const socket = await open();
    socket.write(`${upload}${'x'.repeat(90_000)}`);
    const [{ socket: other }] = await arrives;
    while (other.bytesRead < 90_000) await new Promise(setImmediate);
    vi.advanceTimersByTime(61_000);
    expect(socket.destroyed).toBe(false);
    const answer = text(socket);
    vi.advanceTimersByTime(20_000);
    expect(answerIn(await answer).status).toBe(408);
  });
});

it('connections that nobody uses hold up nobody, and a worker has places of its own', async () => {
  const before = await Promise.all(Array.from({ length: 25 }, open));
  const ended = Promise.race(before.map((socket) => once(socket, 'close')));
  const person = answerIn(await exchange('GET /v1/algorithms HTTP/1.1\r\nHost: x\r\n\r\n'));
  expect([person.status, person.body]).toEqual([503, expect.stringContaining('"code":6003')]);
  await ended;
  const worker = await exchange('POST /api/worker/takeCheck HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  expect(answerIn(worker).status).toBe(401);
  expect(answerIn(await exchange('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).status).toBe(200);
});

describe('streams of workers', () => {
  let worker: CallingWorker;
  beforeAll(() => {
    worker = new CallingWorker(backend.keys);
  });

  /** @returns the connection, and how its answer begins */
  const openStream = async (): Promise<{ readonly socket: Socket; readonly begin: string }> => {
    const body = JSON.stringify({ since: null });
    const target = '/api/worker/stream';
    const signed = Object.entries(worker.sign({ method: 'POST', target, body }));
    const lines = [
      ...['Host: x', 'Content-Type: application/json', `Content-Length: ${body.length}`],
      ...signed.map(([name, value]) => `${name}: ${value}`),
    ];
    const socket = await open();
    socket.write(`POST ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
    const [begin]: unknown[] = await once(socket, 'data');
    return { socket, begin: String(begin) };
  };

  it('take no place from people, and more of them than there are places for are refused', async () => {
    const streams: Socket[] = [];
    for (let count = 0; count < 30; count += 1) {
      const { socket, begin } = await openStream();
      expect(begin).toMatch(/^HTTP\/1\.1 200 /);
      streams.push(socket);
    }
    const person = await exchange('GET /v1/algorithms HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(answerIn(person).status).toBe(401);
    const refused = await openStream();
    expect(refused.begin).toMatch(/^HTTP\/1\.1 503 .*"code":6003/s);
    const gone = streams[0];
    gone?.destroy();
    // the backend hears of the end of a connection by itself
    await vi.waitFor(async () => expect((await openStream()).begin).toMatch(/^HTTP\/1\.1 200 /));
  });

  it('end with their connection, on which nothing else is asked', async () => {
    for (const socket of opened.splice(0)) socket.destroy();
    await vi.waitFor(async () => expect((await openStream()).begin).toMatch(/\r\nconnection: close\r\n/i));
  });
});

describe('a device that has signed in before', () => {
  const cookiesOf = (headers: Readonly<Record<string, unknown>>): string[] =>
    [headers['set-cookie']].flat().map(String);
  const signIn = (username: string, password: string, cookie?: string) =>
    backend.request({
      method: 'POST',
      url: '/api/trpc/session.signIn',
      payload: { username, password },
      headers: { 'sec-fetch-site': 'same-origin', ...(cookie !== undefined && { cookie }) },
    });

  it('signs in while strangers behind the same address guess, and its cookie serves its own account alone', async () => {
    await backend.addUser('ada');
    await backend.addUser('eve');
    const deviceOf = async (username: string) =>
      cookiesOf((await signIn(username, `${username}-password`)).headers).find((cookie) => cookie.includes('device'));
    const device = await deviceOf('ada');
    const nameForEve = (await deviceOf('eve'))?.split('=')[0] ?? '';
    expect(device).toMatch(/Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
    const cookie = device?.split(';')[0] ?? '';
    for (let count = 0; count < 11; count += 1) await signIn('ada', 'wrong-password');
    expect((await signIn('ada', 'ada-password')).status).toBe(429);
    const otherTag = cookie.replace(/\.(.)/, (_whole, first: string) => `.${first === 'A' ? 'B' : 'A'}`);
    expect((await signIn('ada', 'ada-password', otherTag)).status).toBe(429);
    const again = await signIn('ada', 'ada-password', `a=b; ${cookie}`);
    expect(again.status).toBe(200);
    expect(cookiesOf(again.headers).join()).not.toContain('device');
    for (let count = 0; count < 11; count += 1) await signIn('eve', 'wrong-password', cookie);
    const forged = `${nameForEve}=${cookie.split('=')[1] ?? ''}`;
    expect((await signIn('eve', 'eve-password', forged)).status).toBe(429);
  });
});

it('a browser is told to stay with https where a trusted proxy says that it came by https', async () => {
  const tellsHttps = async (remoteAddress: string, proto: string) => {
    const { headers } = await backend.request({
      ...{ url: '/healthz', remoteAddress, headers: { 'x-forwarded-proto': proto } },
    });
    return 'strict-transport-security' in headers;
  };
  expect(await tellsHttps('192.0.2.9', 'https')).toBe(true);
  expect(await tellsHttps('192.0.2.9', 'http')).toBe(false);
  expect(await tellsHttps('192.0.2.10', 'https')).toBe(false);
});

describe('behind a proxy', () => {
  let proxied: TestBackend;
  beforeAll(async () => {
    const trustedProxies = parseTrustedProxies('192.0.2.7, 10.0.0.0/8');
    if (!trustedProxies) throw new Error('these are addresses');
    proxied = await startTestBackend({ front: { origin: 'https://store.example.com', trustedProxies } });
  });
  afterAll(() => proxied.close());

  it('plain HTTP is for the proxy, and for the probes of everyone', async () => {
    const statusOf = async (url: string, remoteAddress: string, method: 'GET' | 'POST' = 'GET') =>
      (await proxied.request({ url, remoteAddress, method })).status;
    expect(await statusOf('/v1/algorithms', '192.0.2.7')).toBe(401);
    expect(await statusOf('/sign-in', '192.0.2.7')).toBe(200);
    for (const url of ['/v1/algorithms', '/sign-in', '/metrics', '/api/trpc/session.current']) {
      expect([url, await statusOf(url, '192.0.2.8'), await statusOf(url, '127.0.0.1')]).toEqual([url, 403, 403]);
    }
    expect([await statusOf('/healthz', '192.0.2.8'), await statusOf('/readyz', '192.0.2.8')]).toEqual([200, 200]);
    expect(await statusOf('/api/worker/takeCheck', '127.0.0.1', 'POST')).toBe(401);
    expect(await statusOf('/api/worker/takeCheck', '192.0.2.8', 'POST')).toBe(403);
  });

  it('the client is the last hop that a trusted proxy names', async () => {
    const wrongKey = (remoteAddress: string, forwarded: string) =>
      proxied.request({
        url: '/v1/algorithms',
        remoteAddress,
        headers: { authorization: 'Simple wrong-key-wrong-key-wrong-key', 'x-forwarded-for': forwarded },
      });
    await wrongKey('192.0.2.7', '203.0.113.1');
    await wrongKey('192.0.2.7', '203.0.113.2, 203.0.113.3');
    await wrongKey('192.0.2.7', '203.0.113.4, 10.1.1.1');
    await wrongKey('192.0.2.7', '203.0.113.5:51234');
    await wrongKey('192.0.2.7', '[2001:db8::5]:51234');
    await wrongKey('192.0.2.7', 'hunter2');
    const headers = { authorization: `Simple ${proxied.administrator.apiKey}` };
    const answer = await proxied.request({
      url: '/v1/admin/audit?action=api-key.refuse',
      remoteAddress: '192.0.2.7',
      headers,
    });
    const { results } = z.object({ results: z.array(z.object({ address: z.string() })) }).parse(answer.json);
    expect(results.map(({ address }) => address).sort()).toEqual([
      '10.1.1.1',
      '192.0.2.7',
      '2001:db8::5',
      '203.0.113.1',
      '203.0.113.3',
      '203.0.113.5',
    ]);
  });
});
