import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { expect, test } from 'vitest';
import { selfSigned } from '../configuration/testing/certificates.ts';
import { VaultProblemError } from '../errors.ts';
import { connectionProblem } from './connection-problem.ts';
import { serve } from './testing/serve.ts';

const byNode = (url: string, signal?: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => {
    const module = url.startsWith('https:') ? https : http;
    module.get(url, { ...(signal && { signal }) }, resolve).on('error', resolve);
  });

const byFetch = (url: string, signal?: AbortSignal): Promise<unknown> =>
  fetch(url, { ...(signal && { signal }) }).catch((error: unknown) => error);

const ways = [
  ['node:https', byNode],
  ['fetch', byFetch],
] as const;

test.each(ways)('a certificate that is not trusted, by %s', async (_name, ask) => {
  const error = await ask(await serve((_request, response) => void response.end(), selfSigned));
  expect(connectionProblem(error)).toBe('certificate');
});

test.each(ways)('nothing that listens, by %s', async (_name, ask) => {
  const server = net.createServer().listen(0, '127.0.0.1');
  const url = await serve((_request, response) => void response.destroy());
  server.close();
  expect(connectionProblem(await ask('http://127.0.0.1:1'))).toBe('unreachable');
  expect(connectionProblem(await ask(url))).toBe('unreachable');
});

test.each(ways)('a request that takes too long, by %s', async (_name, ask) => {
  const url = await serve(() => undefined);
  expect(connectionProblem(await ask(url, AbortSignal.timeout(20)))).toBe('timed-out');
  expect(connectionProblem(await ask(url, AbortSignal.abort()))).toBe('timed-out');
});

test('what is not HTTP', async () => {
  const server = net.createServer((socket) => void socket.end('220 mail.example.com ESMTP\r\n')).listen(0, '127.0.0.1');
  await new Promise((resolve) => void server.once('listening', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  expect(connectionProblem(await byNode(url))).toBe('unexpected-answer');
  expect(connectionProblem(await byFetch(url))).toBe('unexpected-answer');
  server.close();
});

const refused = Object.assign(new Error('this destination is not in the egress list'), { code: 'EGRESS_REFUSED' });

test.each([
  ['as the sandbox gives it', refused],
  ['as fetch wraps it', new TypeError('fetch failed', { cause: refused })],
  ['for one of several addresses', new AggregateError([new Error('other'), refused])],
  ['of an own wrapper', new Error('the request failed', { cause: new TypeError('fetch failed', { cause: refused }) })],
])('a destination that is not in egress, %s', (_what, error) => {
  expect(connectionProblem(error)).toBe('not-in-egress');
});

test('a problem that has a name already keeps it, and anything else is an outage', () => {
  expect(connectionProblem(new VaultProblemError('too-large'))).toBe('too-large');
  expect(connectionProblem(new Error('x', { cause: new VaultProblemError('sealed') }))).toBe('sealed');
  for (const error of [undefined, null, 'EGRESS_REFUSED', new Error('EGRESS_REFUSED')])
    expect(connectionProblem(error)).toBe('unreachable');
  const circular = new Error('circular');
  circular.cause = circular;
  expect(connectionProblem(circular)).toBe('unreachable');
});
