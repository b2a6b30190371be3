import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { selfSigned, stranger } from '../configuration/testing/certificates.ts';
import { problemOfStatus, readJson, requireSuccess } from './answers.ts';
import { Deadline } from './deadline.ts';
import { HttpClient, type HttpClientOptions } from './http-client.ts';
import { serve } from './testing/serve.ts';

const quick: HttpClientOptions = { retryMilliseconds: 1 };
const deadline = () => new Deadline(60_000);

/** Gives each answer once, and the last one from then on. */
const answering = async (...answers: readonly RequestListener[]): Promise<{ url: string; requests: () => number }> => {
  let requests = 0;
  const url = await serve((request, response) => {
    const answer = answers[Math.min(requests, answers.length - 1)];
    requests += 1;
    answer?.(request, response);
  });
  return { url, requests: () => requests };
};

const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(code, headers).end('{}');
const breaks: RequestListener = (_request, response) => void response.destroy();
const hangs: RequestListener = () => undefined;

describe.each([
  ['500', status(500)],
  ['502', status(502)],
  ['503', status(503)],
  ['504', status(504)],
  ['a connection that breaks', breaks],
  ['no answer', hangs],
])('after %s', (_what, failure) => {
  const client = () => new HttpClient({ ...quick, requestMilliseconds: 200 });

  test('what reads is sent again', async () => {
    const { url, requests } = await answering(failure, failure, status(200));
    expect(await client().send({ method: 'GET', url }, deadline())).toMatchObject({ status: 200, resent: true });
    expect(requests()).toBe(3);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s is not', async (method) => {
    const { url, requests } = await answering(failure, status(200));
    const sent = client().send({ method, url, json: {} }, deadline());
    await sent.then(
      (answer) => expect(answer).toMatchObject({ status: expect.not.stringMatching('200'), resent: false }),
      (error: unknown) => expect(error).toMatchObject({ problem: expect.stringMatching(/^(unreachable|timed-out)$/) }),
    );
    expect(requests()).toBe(1);
  });

  test('a write is sent again where the caller says that it may be', async () => {
    const { url } = await answering(failure, status(200));
    const sent = client().send({ method: 'PUT', url, body: 'x', repeatable: true }, deadline());
    await expect(sent).resolves.toMatchObject({ status: 200, resent: true });
  });
});

test('gives the last answer, or the last error, after three more attempts', async () => {
  const unavailable = await answering(status(503));
  const client = new HttpClient(quick);
  await expect(client.send({ method: 'GET', url: unavailable.url }, deadline())).resolves.toMatchObject({
    status: 503,
  });
  expect(unavailable.requests()).toBe(4);
  const broken = await answering(breaks);
  await expect(client.send({ method: 'GET', url: broken.url }, deadline())).rejects.toMatchObject({
    problem: 'unreachable',
  });
  expect(broken.requests()).toBe(4);
});

test.each([400, 404, 409, 501, 302])('tries nothing again after %i', async (code) => {
  const { url, requests } = await answering(status(code, { Location: '/elsewhere' }));
  expect(await new HttpClient(quick).send({ method: 'GET', url }, deadline())).toMatchObject({ status: code });
  expect(requests()).toBe(1);
});

test('a provider may say which answers pass', async () => {
  const { url, requests } = await answering(status(412), status(200));
  const client = new HttpClient({ ...quick, isTransient: (answer) => answer.status === 412 });
  expect(await client.send({ method: 'GET', url }, deadline())).toMatchObject({ status: 200, resent: true });
  expect(requests()).toBe(2);
});

describe('after 429', () => {
  test.each(['GET', 'POST'])(
    '%s is sent again for as long as there is time: nothing was carried out',
    async (method) => {
      const { url, requests } = await answering(...Array.from({ length: 8 }, () => status(429)), status(200));
      const answer = await new HttpClient(quick).send({ method, url }, deadline());
      expect(answer).toMatchObject({ status: 200, resent: false });
      expect(requests()).toBe(9);
    },
  );

  test('nothing is sent before the time that Retry-After names, and it is reported at once if that is too late', async () => {
    const { url, requests } = await answering(status(429, { 'Retry-After': '60' }));
    const client = new HttpClient(quick);
    await expect(client.send({ method: 'GET', url }, new Deadline(8_500))).resolves.toMatchObject({ status: 429 });
    await expect(client.send({ method: 'GET', url }, new Deadline(20))).rejects.toMatchObject({ problem: 'throttled' });
    expect(requests()).toBe(1);
  });
});

test("the host's signal ends a request", async () => {
  const { url } = await answering(hangs);
  const host = new AbortController();
  const sent = new HttpClient().send({ method: 'GET', url }, new Deadline(10_000, host.signal));
  host.abort();
  await expect(sent).rejects.toMatchObject({ problem: 'timed-out' });
});

test('sends JSON as such', async () => {
  const { url } = await answering((request, response) => {
    void text(request).then((sent) => response.end(JSON.stringify([request.headers['content-type'], sent])));
  });
  const client = new HttpClient();
  const body = async (headers: Record<string, string>) =>
    readJson(await client.send({ method: 'POST', url, headers, json: { value: 'ü' } }, deadline()));
  expect(await body({})).toEqual(['application/json', '{"value":"ü"}']);
  expect(await body({ 'Content-Type': 'application/x-amz-json-1.1' })).toEqual([
    'application/x-amz-json-1.1',
    '{"value":"ü"}',
  ]);
});

describe('over TLS', () => {
  const ask = async (url: string, options: HttpClientOptions) =>
    new HttpClient({ ...quick, ...options }).send({ method: 'GET', url }, deadline());
  const hello: RequestListener = (_request, response) => void response.end('hello');

  test.each([false, true])('an own authority is trusted, and no other (kept alive: %j)', async (keepAlive) => {
    let requests = 0;
    const url = await serve((request, response) => {
      requests += 1;
      hello(request, response);
    }, selfSigned);
    for (const options of [{}, { ca: stranger.cert }])
      await expect(ask(url, { ...options, keepAlive })).rejects.toMatchObject({ problem: 'certificate' });
    expect(requests).toBe(0);
    await expect(ask(url, { ca: selfSigned.cert, keepAlive })).resolves.toMatchObject({ text: 'hello' });
  });

  test('a server that asks for a client certificate gets it', async () => {
    const url = await serve(hello, { ...selfSigned, requestCert: true, rejectUnauthorized: true, ca: stranger.cert });
    const client = { ca: selfSigned.cert, cert: stranger.cert, key: stranger.key };
    await expect(ask(url, client)).resolves.toMatchObject({ text: 'hello' });
    await expect(ask(url, { ca: selfSigned.cert })).rejects.toMatchObject({ problem: 'certificate' });
  });
});

test.each([
  [200, undefined],
  [204, undefined],
  [302, 'redirected'],
  [400, undefined],
  [401, 'not-authenticated'],
  [403, 'not-permitted'],
  [404, undefined],
  [413, 'too-large'],
  [429, 'throttled'],
  [500, 'unavailable'],
  [599, 'unavailable'],
])('a status %i means %s', (code, problem) => {
  expect(problemOfStatus(code)).toBe(problem);
});

test.each([
  [200, '{"a":1}', undefined],
  [200, 'quoted-value', 'unexpected-answer'],
  [200, '', 'unexpected-answer'],
  [404, '{"a":1}', 'unexpected-answer'],
  [403, 'quoted-value', 'not-permitted'],
  [503, '{"a":1}', 'unavailable'],
])('JSON is read from a successful answer only: %i %s', (code, content, problem) => {
  const read = () => readJson({ status: code, text: content });
  if (problem === undefined) return expect(read()).toEqual({ a: 1 });
  expect(read).toThrow(expect.objectContaining({ problem, message: expect.not.stringContaining('quoted') }));
});

test('an answer without content is a success too', () => {
  expect(() => requireSuccess({ status: 204 })).not.toThrow();
  expect(() => requireSuccess({ status: 300 })).toThrow();
});
