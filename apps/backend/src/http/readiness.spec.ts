import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createReadiness } from './readiness.ts';
import { startTestBackend, type TestBackend } from './testing/test-backend.ts';

let backend: TestBackend;
let now = 0;

beforeAll(async () => {
  backend = await startTestBackend();
});
afterAll(() => backend.close());

let isDiskFull = false;

/** Its disk is full at times for everything that PostgreSQL writes to a file. */
const depsWithDisk = () => {
  const { db } = backend.deps;
  const query = (text: string, values?: unknown[]) =>
    isDiskFull && text.includes('generate_series')
      ? Promise.reject(Object.assign(new Error('no space'), { code: '53100' }))
      : db.side.query(text, values);
  const side = new Proxy(db.side, { get: (pool, name) => (name === 'query' ? query : Reflect.get(pool, name)) });
  return { ...backend.deps, db: { ...db, side } };
};

it('is not ready while the disk of the database is full, and is again when there is room', async () => {
  const find = createReadiness(depsWithDisk(), null, () => now);
  expect(await find()).toEqual(['panel']);
  isDiskFull = true;
  now += 5_000;
  expect(await find()).toContain('disk of the database');
  expect(await find()).toContain('disk of the database');
  isDiskFull = false;
  expect(await find()).toEqual(['panel']);
});

it('does not fill a file at each question', async () => {
  const find = createReadiness(backend.deps, null, () => now);
  const query = vi.spyOn(backend.deps.db.side, 'query');
  for (let asked = 0; asked < 5; asked += 1) await find();
  const fillings = () => query.mock.calls.filter(([text]) => String(text).includes('generate_series')).length;
  expect(fillings()).toBe(1);
  now += 5_000;
  await find();
  expect(fillings()).toBe(2);
  query.mockRestore();
});

it('is not ready while the database is read-only', async () => {
  const find = createReadiness(backend.deps, null, () => now);
  const client = await backend.deps.db.side.connect();
  await client.query('SET default_transaction_read_only = on');
  client.release();
  expect(await find()).toContain('database');
  expect((await backend.request({ url: '/readyz' })).status).toBe(503);
  const again = await backend.deps.db.side.connect();
  await again.query('RESET default_transaction_read_only');
  again.release();
  expect(await find()).not.toContain('database');
  expect((await backend.request({ url: '/readyz' })).status).toBe(200);
});

it('is ready when the panel answers where it has moved to', async () => {
  const panel = { origin: 'http://127.0.0.1:1' };
  const find = createReadiness(backend.deps, panel, () => now);
  expect(await find()).toEqual(['panel']);
  const moved = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
  await once(moved, 'listening');
  panel.origin = `http://127.0.0.1:${z.object({ port: z.number() }).parse(moved.address()).port}`;
  expect(await find()).toEqual([]);
  moved.close();
  moved.closeAllConnections();
});
