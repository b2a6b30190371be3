import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import Fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { servePanel } from './panel-proxy.ts';
import { securityHeaders } from '../security-headers.ts';

const Address = z.object({ port: z.number() });
const closing: (() => unknown)[] = [];

/** Stands where `next dev` would: it accepts every websocket, and keeps the headers of the requests for one. */
const startPanel = async (page = 'a page') => {
  const upgrades: IncomingHttpHeaders[] = [];
  const server = createServer((_request, response) => response.end(page));
  server.on('upgrade', ({ headers }, socket) => {
    upgrades.push(headers);
    const accept = createHash('sha1')
      .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on('error', () => undefined);
    socket.on('data', () => socket.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  closing.push(close);
  return { origin: `http://127.0.0.1:${Address.parse(server.address()).port}`, upgrades, close };
};

const startOrigin = async ({ development }: { development: boolean }) => {
  const { origin, upgrades, close } = await startPanel();
  const panel = { origin };
  const app = Fastify();
  app.addHook('onRequest', securityHeaders({ https: false, development }));
  await servePanel(app, { panel, development });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  closing.push(() => app.close());
  return { app, address, upgrades, panel, endPanel: close };
};

/** The status that a request for a websocket gets: 101 where there is one. */
const askForWebsocket = async (address: string): Promise<number | undefined> => {
  const asking = request(`${address}/_next/hmr`, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      origin: address,
      cookie: 'session=private',
    },
  }).end();
  return new Promise((resolve, reject) => {
    asking.on('error', reject);
    asking.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode);
    });
    asking.on('response', (response: IncomingMessage) => {
      response.resume();
      resolve(response.statusCode);
    });
  });
};

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('the panel behind the one origin', () => {
  it('has no websocket, takes no POST and evaluates no text', async () => {
    const { app, address, upgrades } = await startOrigin({ development: false });
    expect(await askForWebsocket(address)).not.toBe(101);
    expect(upgrades).toEqual([]);
    expect((await app.inject({ method: 'POST', url: '/__nextjs_original-stack-frames', payload: {} })).statusCode).toBe(
      404,
    );
    const policy = (await app.inject('/sign-in')).headers['content-security-policy'];
    expect(policy).toContain("script-src 'self' 'unsafe-inline';");
    expect(policy).not.toMatch(/unsafe-eval|ws:/);
  });

  it('in development has the websocket of next dev, which learns the origin and no credential', async () => {
    const { app, address, upgrades } = await startOrigin({ development: true });
    expect(await askForWebsocket(address)).toBe(101);
    await expect.poll(() => upgrades).toMatchObject([{ origin: address }]);
    expect(upgrades[0]).not.toHaveProperty('cookie');
    expect((await app.inject({ method: 'POST', url: '/__nextjs_original-stack-frames', payload: {} })).statusCode).toBe(
      200,
    );
    const policy = (await app.inject('/sign-in')).headers['content-security-policy'];
    expect(policy).toContain("script-src 'self' 'unsafe-inline' 'unsafe-eval';");
    expect(policy).toContain("connect-src 'self' ws:;");
  });

  it.each([false, true])('is found where it has moved to, in development: %s', async (development) => {
    const { app, address, panel, upgrades, endPanel } = await startOrigin({ development });
    expect((await app.inject('/sign-in')).body).toBe('a page');
    endPanel();
    expect((await app.inject('/sign-in')).statusCode).toBe(503);
    const moved = await startPanel('a page elsewhere');
    panel.origin = moved.origin;
    expect((await app.inject('/sign-in')).body).toBe('a page elsewhere');
    if (development) {
      expect(await askForWebsocket(address)).toBe(101);
      await expect.poll(() => moved.upgrades).toHaveLength(1);
      expect(upgrades).toEqual([]);
    }
  });
});
