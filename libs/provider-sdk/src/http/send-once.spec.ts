import { describe, expect, test } from 'vitest';
import { Deadline } from './deadline.ts';
import { type ConnectionOptions, openConnections } from './connections.ts';
import { sendOnce } from './send-once.ts';
import { serve } from './testing/serve.ts';

const send = (url: string, { milliseconds = 10_000, ...options }: ConnectionOptions & { milliseconds?: number } = {}) =>
  sendOnce(
    { method: 'PUT', url, body: 'ü', signal: new Deadline(milliseconds).signal(milliseconds) },
    openConnections(options),
  );

test('gives status, headers and text, and sends the length of the body', async () => {
  const url = await serve((request, response) => {
    response.writeHead(418, { 'Retry-After': '7' }).end(`${request.method} ${request.headers['content-length']}`);
  });
  expect(await send(url)).toMatchObject({ status: 418, headers: { 'retry-after': '7' }, text: 'PUT 2', resent: false });
});

test('does not follow a redirect', async () => {
  const url = await serve((request, response) => {
    response.writeHead(request.url === '/' ? 302 : 200, { Location: '/elsewhere' }).end(request.url);
  });
  expect(await send(`${url}/`)).toMatchObject({ status: 302, text: '/' });
});

test('gives up at the end of its time, also in the middle of an answer', async () => {
  const url = await serve((_request, response) => void response.writeHead(200).write('begun'));
  await expect(send(url, { milliseconds: 50 })).rejects.toMatchObject({ problem: 'timed-out' });
});

test('stops reading an answer that does not end', async () => {
  const url = await serve((_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', more);
    more();
  });
  await expect(send(url)).rejects.toMatchObject({ problem: 'too-large' });
});

test('refuses a successful answer that is not UTF-8, and reads the page of a proxy that is not', async () => {
  const bytes = Buffer.from([0x22, 0xff, 0x22]);
  const url = await serve((request, response) => void response.writeHead(request.url === '/' ? 200 : 502).end(bytes));
  await expect(send(`${url}/`)).rejects.toMatchObject({ problem: 'unexpected-answer' });
  expect(await send(`${url}/proxy`)).toMatchObject({ status: 502 });
});

test('says that a server cannot be reached, without its address', async () => {
  const url = await serve((_request, response) => void response.destroy());
  const error: unknown = await send(url).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ problem: 'unreachable' });
  expect(String(error)).not.toContain('127.0.0.1');
  expect(error).not.toHaveProperty('cause');
});

describe('where the server closes an open connection at the moment when it is used again', () => {
  /** Closes each connection at its second request. */
  const closing = async (): Promise<{ url: string; requests: () => number }> => {
    let requests = 0;
    const seen = new WeakSet<object>();
    const url = await serve((request, response) => {
      requests += 1;
      if (seen.has(request.socket)) return void request.socket.destroy();
      seen.add(request.socket);
      response.end('answered');
    });
    return { url, requests: () => requests };
  };

  test.each([
    ['a read', { method: 'GET' }],
    ['a write that may be repeated', { method: 'PUT', body: 'x', repeatable: true }],
  ])('%s is sent again, and the answer says so', async (_what, request) => {
    const { url } = await closing();
    const connections = openConnections({ keepAlive: true });
    const ask = () => sendOnce({ ...request, url, signal: new Deadline(10_000).signal() }, connections);
    expect(await ask()).toMatchObject({ text: 'answered', resent: false });
    expect(await ask()).toMatchObject({ text: 'answered', resent: true });
  });

  test('a write has a connection of its own, and is sent once', async () => {
    const { url, requests } = await closing();
    const connections = openConnections({ keepAlive: true });
    const send = (method: string) => sendOnce({ method, url, signal: new Deadline(10_000).signal() }, connections);
    await send('GET');
    expect(await send('POST')).toMatchObject({ text: 'answered', resent: false });
    expect(await send('POST')).toMatchObject({ text: 'answered', resent: false });
    expect(requests()).toBe(3);
  });
});
