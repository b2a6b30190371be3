import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** A vault outside every process under test: what it holds is what a crash left. */
export interface HttpVault {
  readonly port: number;
  readonly url: string;
  readonly held: Map<string, { value: string; version: number }>;
  /** `before`: answers 500 and does nothing; `after`: does it, then answers 500; `silent`: never answers */
  trouble: 'none' | 'before' | 'after' | 'silent';
  close(): Promise<void>;
}

export const startHttpVault = async (): Promise<HttpVault> => {
  const server = createServer((request, response) => void answer(request, response));
  const vault: HttpVault = {
    port: 0,
    url: '',
    held: new Map(),
    trouble: 'none',
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const value = await text(request);
    const { trouble } = vault;
    if (trouble === 'silent') return;
    const result = trouble === 'before' ? failure : act(vault.held, request, value);
    const { status, body } = trouble === 'after' ? failure : result;
    response.writeHead(status).end(body);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the vault does not listen on a port');
  return Object.assign(vault, { port: address.port, url: `http://127.0.0.1:${address.port}` });
};

const failure = { status: 500, body: 'the vault quotes what it was given' };

const act = (held: HttpVault['held'], request: IncomingMessage, value: string) => {
  const key = decodeURIComponent(request.url ?? '').slice(1);
  const before = held.get(key);
  if (request.method === 'POST') {
    held.set(key, { value, version: 1 });
    return { status: 200, body: 'v1' };
  }
  if (before === undefined) return { status: 404, body: '' };
  if (request.method === 'DELETE') {
    held.delete(key);
    return { status: 200, body: '' };
  }
  held.set(key, { value, version: before.version + 1 });
  return { status: 200, body: `v${before.version + 1}` };
};
