import { once } from 'node:events';
import { createServer } from 'node:http';
import { brotliCompressSync } from 'node:zlib';
import Fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { servePanel } from './panel-proxy.ts';

const closing: (() => unknown)[] = [];
const script = 'export const answer = 42;';

/** As the server of the pages answers: it knows no `.br`. */
const startPanel = async () => {
  const server = createServer(({ url }, response) => {
    if (url === '/_next/static/chunks/a.js') {
      response.setHeader('content-type', 'application/javascript; charset=UTF-8').end(script);
    } else if (url === '/_next/static/chunks/a.js.br') {
      response.setHeader('content-type', 'application/octet-stream').end(brotliCompressSync(script));
    } else {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Not Found');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  const app = Fastify();
  const { port } = z.object({ port: z.number() }).parse(server.address());
  await servePanel(app, { panel: { origin: `http://127.0.0.1:${port}` }, development: false });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  closing.push(() => app.close());
  return (path: string, encodings: string) => fetch(address + path, { headers: { 'accept-encoding': encodings } });
};

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('the scripts of the panel', () => {
  it('come compressed to browsers that take it, as the scripts that they are', async () => {
    const get = await startPanel();
    const answer = await get('/_next/static/chunks/a.js', 'gzip, deflate, br');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'application/javascript; charset=UTF-8',
      vary: 'Accept-Encoding',
    });
    expect(await answer.text()).toBe(script);
  });

  it.each(['gzip', 'br;q=0, gzip', 'identity'])('come as they are to what asks for %s', async (encodings) => {
    const get = await startPanel();
    const answer = await get('/_next/static/chunks/a.js', encodings);
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(await answer.text()).toBe(script);
  });

  it('are said to be missing in words that can be read', async () => {
    const get = await startPanel();
    const answer = await get('/_next/static/chunks/other.js', 'br');
    expect([answer.status, answer.headers.get('content-encoding'), await answer.text()]).toEqual([
      404,
      null,
      'Not Found',
    ]);
  });
});
