import { once } from 'node:events';
import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Deadline } from './deadline.ts';
import { type ConnectionOptions, openConnections } from './connections.ts';
import { sendOnce } from './send-once.ts';

const servers: http.Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

const serve = async (answer: RequestListener): Promise<string> => {
  const server = http.createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  // a TCP server that listens has an AddressInfo
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
};

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

test('sends a request again whose open connection the server had just closed, and says so', async () => {
  let requests = 0;
  const url = await serve((request, response) => {
    requests += 1;
    if (requests === 2) request.socket.destroy();
    else response.end('answered');
  });
  const connections = openConnections({ keepAlive: true });
  const ask = () => sendOnce({ method: 'GET', url, signal: new Deadline(10_000).signal(10_000) }, connections);
  expect(await ask()).toMatchObject({ text: 'answered', resent: false });
  expect(await ask()).toMatchObject({ text: 'answered', resent: true });
});
