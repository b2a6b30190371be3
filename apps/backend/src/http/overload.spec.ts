import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startTestBackend, type TestBackend } from './testing/test-backend.ts';

let backend: TestBackend;
let algorithmId: string;

beforeAll(async () => {
  backend = await startTestBackend({
    connections: { reads: 1, writes: 1 },
    limits: { patience: 2_000, waiting: 1 },
    // the tests hold transactions for as long as they take
    idleInTransaction: 60_000,
  });
  algorithmId = await createAlgorithm('busy');
});
afterAll(() => backend.close());

const createAlgorithm = async (name: string): Promise<string> => {
  const answer = await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'tests', name });
  return z.object({ id: z.string() }).parse(answer.json).id;
};

const createSecret = (name: string) =>
  backend.asAdministrator('POST', `/v1/algorithms/${algorithmId}/secrets`, {
    ...{ owner_type: 'algorithm', owner_id: algorithmId, short_name: name, secret_key: name, secret_value: 'v' },
  });

const list = () => backend.asAdministrator('GET', `/v1/algorithms/${algorithmId}/secrets`);
const session = () => backend.asAdministrator('GET', '/api/trpc/session.current');

/** Our error, and when to come again. */
const expectOverloaded = ({ status, headers, code }: Awaited<ReturnType<typeof list>>) =>
  expect([status, headers['retry-after'], code]).toEqual([503, '2', 6003]);

it('while the connections of writes are taken, writes are refused after a while, and reads are answered', async () => {
  const { db } = backend.deps;
  await db.transaction(async () => {
    const [first, second] = await Promise.all([createSecret('FIRST'), createSecret('SECOND')]);
    expectOverloaded(first);
    expectOverloaded(second);
    const overTrpc = await backend.asAdministrator('POST', '/api/trpc/algorithms.remove', { algorithmId });
    expect([overTrpc.status, overTrpc.headers['retry-after']]).toEqual([503, '2']);
    expect(overTrpc.json).toMatchObject({ error: { data: { secretStore: { code: 6003, id: expect.any(String) } } } });
    expect((await list()).json).toMatchObject({ results: [] });
    expect((await backend.asAdministrator('GET', '/v1/algorithms')).status).toBe(200);
    expect((await backend.request({ url: '/readyz' })).status).toBe(200);
    expect((await backend.request({ url: '/healthz' })).status).toBe(200);
  });
  expect((await createSecret('FIRST')).status).toBe(200);
  expect((await list()).json).toMatchObject({ results: [{ secret_key: 'FIRST' }] });
});

/** Takes the one connection of a pool meanwhile. */
const holding = async (
  pool: typeof backend.deps.db.pool,
  work: (client: PoolClient) => Promise<void>,
): Promise<void> => {
  const client = await pool.connect();
  try {
    await work(client);
  } finally {
    client.release();
  }
};

it('while the connections of reads are taken, requests are refused, and the probes answer', async () => {
  await list();
  await holding(backend.deps.db.pool, async () => {
    const [inTime, atOnce] = await Promise.all([list(), list()]);
    expectOverloaded(inTime);
    expectOverloaded(atOnce);
    const overTrpc = await session();
    expect([overTrpc.status, overTrpc.headers['retry-after']]).toEqual([503, '2']);
    expect(overTrpc.json).toMatchObject({ error: { data: { secretStore: { code: 6003 } } } });
    expect((await backend.request({ url: '/readyz' })).status).toBe(200);
    expect((await backend.request({ url: '/healthz' })).status).toBe(200);
  });
  expect((await list()).status).toBe(200);
  expect((await session()).status).toBe(200);
});

it('a write that waits for a row in the database ends with 503, and leaves nothing behind', async () => {
  const { db } = backend.deps;
  await holding(db.side, async (other) => {
    await other.query('BEGIN');
    await other.query('SELECT 1 FROM algorithm WHERE id = $1 FOR UPDATE', [algorithmId]);
    expectOverloaded(await createSecret('WAITS'));
    await other.query('ROLLBACK');
  });
  expect((await createSecret('WAITS')).status).toBe(200);
});

it('a server that closes answers in our form over connections that are still open', async () => {
  const address = await backend.app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  await once(socket, 'connect');
  const begun = new Promise<void>((resolve) => {
    backend.app.server.once('request', () => resolve());
  });
  const path = `/v1/algorithms/${algorithmId}/secrets`;
  const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:4000\r\nAuthorization: Simple ${backend.administrator.apiKey}\r\n\r\n`;
  const answers = text(socket);
  let closed = Promise.resolve();
  await holding(backend.deps.db.pool, async () => {
    socket.write(request);
    await begun;
    closed = backend.app.close();
    await vi.waitFor(() => expect(backend.app.server.listening).toBe(false), { timeout: 30_000 });
    socket.write(request);
    await once(backend.app.server, 'request');
  });
  expect(await answers).toMatch(/^HTTP\/1\.1 200 /);
  expect(await answers).toContain('HTTP/1.1 503 ');
  expect(await answers).toContain('"code":6003');
  expect(await answers).toContain('retry-after: 5');
  await closed;
});
