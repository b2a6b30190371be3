import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export const vaultToken = 'e2e-vault-token-81f0c7';

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/** What a mount of version 2 says of an entry, with its value or without. */
const secondVersion = (kind: string, fields: unknown) => {
  const of = { created_time: '2026-01-01T00:00:00Z', deletion_time: '', destroyed: false };
  return kind === 'data' ? { data: fields, metadata: { version: 1, ...of } } : { current_version: 1, versions: { 1: of } };
};

/** As much of Vault as a KV mount of version 1, named `kv`, needs, and one of version 2, named `secret`, which others fill. */
export const startFakeVault = async () => {
  const records = new Map<string, string>();
  /** by path below the mount `secret`: an entry's fields */
  const ofOthers = new Map<string, Record<string, string>>();
  const answer = (response: ServerResponse, status: number, body?: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request);
    const path = (request.url ?? '').replace(/^\/v1\//, '');
    if (request.headers['x-vault-token'] !== vaultToken) return answer(response, 403, { errors: ['permission denied'] });
    if (path.startsWith('sys/internal/ui/mounts/secret')) {
      return answer(response, 200, { data: { path: 'secret/', type: 'kv', options: { version: '2' } } });
    }
    const [, kind, entry] = /^secret\/(data|metadata)\/(.+)$/.exec(path) ?? [];
    if (kind !== undefined && entry !== undefined) {
      const fields = ofOthers.get(entry);
      return fields === undefined
        ? answer(response, 404, { errors: [] })
        : answer(response, 200, { data: secondVersion(kind, fields) });
    }
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
    ofOthers,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
