// A key-value server for tests and for trying out, in memory. Run by itself it listens on a port and says how to reach it.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { fileURLToPath } from 'node:url';

export const startKeyValueServer = async ({ token = randomUUID(), port = 0 } = {}) => {
  /** path → { value, version, updated } */
  const entries = new Map();
  const server = http.createServer((request, response) => void serve(entries, token, request, response));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    token,
    entries,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

const serve = async (entries, token, request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { status, body } = answer(entries, token, request, Buffer.concat(chunks).toString('utf8'));
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(body && JSON.stringify(body));
};

const answer = (entries, token, { method, url, headers }, text) => {
  if (headers.authorization !== `Bearer ${token}`) return { status: 401 };
  const [, name, metadata] = /^\/secrets\/([\w-]+\/[\w-]+)(\/metadata)?$/.exec(url) ?? [];
  if (name === undefined) return { status: 400 };
  const entry = entries.get(name);
  if (method === 'PUT') {
    const refused = headers['if-none-match'] === '*' ? entry !== undefined : entry === undefined;
    if (refused) return { status: 412 };
    const stored = { value: JSON.parse(text).value, version: randomUUID(), updated: new Date().toISOString() };
    entries.set(name, stored);
    return { status: entry ? 200 : 201, body: { version: stored.version } };
  }
  if (!entry) return { status: 404 };
  if (method === 'DELETE') {
    entries.delete(name);
    return { status: 204 };
  }
  return { status: 200, body: metadata ? { version: entry.version, updated: entry.updated } : entry };
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url, token } = await startKeyValueServer({ token: 'double-token', port: Number(process.argv[2] ?? 4100) });
  console.log(`server_url=${url}\naccess_token=${token}`);
}
