import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export const vaultToken = 'e2e-vault-token-81f0c7';

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/** As much of Vault as one KV mount of version 1, named `kv`, needs. */
export const startFakeVault = async () => {
  const records = new Map<string, string>();
  const answer = (response: ServerResponse, status: number, body?: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request);
    const path = (request.url ?? '').replace(/^\/v1\//, '');
    if (request.headers['x-vault-token'] !== vaultToken) return answer(response, 403, { errors: ['permission denied'] });
    if (path.startsWith('sys/internal/ui/mounts/')) {
      return answer(response, 200, { data: { path: 'kv/', type: 'kv', options: { version: '1' } } });
    }
    if (request.method === 'DELETE') {
      records.delete(path);
      return answer(response, 204);
    }
    if (request.method === 'GET') {
      const record = records.get(path);
      return record === undefined
        ? answer(response, 404, { errors: [] })
        : answer(response, 200, { data: JSON.parse(record), lease_duration: 0 });
    }
    records.set(path, body);
    return answer(response, 204);
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake vault has no port');
  return {
    address: `http://127.0.0.1:${address.port}`,
    records,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
