import { getEventListeners, once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { StoreClient, StoreProblem } from './store-client.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const clientOf = async (answer: RequestListener, stop: AbortController): Promise<StoreClient> => {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : null;
  return new StoreClient(`http://127.0.0.1:${port}`, 'key', stop.signal);
};

test('many requests leave no listener behind: after 1,500, Node would warn of a leak for each', async () => {
  const stop = new AbortController();
  const client = await clientOf((_request, response) => response.end('[]'), stop);
  for (let request = 0; request < 3; request += 1) expect(await client.findProvider('vault')).toBeNull();
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
});

test('a request that is not answered ends when dev is stopped', async () => {
  const stop = new AbortController();
  const client = await clientOf(() => stop.abort(), stop);
  await expect(client.findProvider('vault')).rejects.toThrow(StoreProblem);
});
