import { EventEmitter, once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import Fastify from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepRequestContext, requestAddress } from './request-context.ts';

const app = Fastify({ trustProxy: 'loopback' });
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const arrivals = new EventEmitter();
let origin: string;

beforeAll(async () => {
  keepRequestContext(app);
  app.addHook('onRequest', async () => {
    arrivals.emit('request');
  });
  app.post('/', async () => {
    await Promise.resolve();
    return requestAddress();
  });
  origin = await app.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  agent.destroy();
  await app.close();
});

/** The body's end comes after the request has arrived, on the one connection that all requests share. */
const postFrom = async (address: string): Promise<string> => {
  const headers = { 'x-forwarded-for': address, 'content-type': 'application/json' };
  const request = httpRequest(origin, { method: 'POST', agent, headers });
  request.write('{"a":');
  await once(arrivals, 'request');
  request.end('1}');
  const [response] = await once(request, 'response');
  return text(response);
};

it('what a request sets off knows its client, also after a body, and not the one of the request before', async () => {
  expect(await postFrom('192.0.2.1')).toBe('192.0.2.1');
  expect(await postFrom('192.0.2.2')).toBe('192.0.2.2');
  expect(requestAddress()).toBeNull();
});
