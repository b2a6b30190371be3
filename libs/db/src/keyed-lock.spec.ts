import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createKeyedLock, type KeyedLock } from './keyed-lock.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';

let database: TestDatabase;
let first: KeyedLock;
let second: KeyedLock;
const log = vi.fn<(message: string) => void>();

beforeAll(async () => {
  database = await createTestDatabase();
  first = createKeyedLock({ url: database.url, log });
  // another backend on the same database
  second = createKeyedLock({ url: database.url, log, waitMilliseconds: 60_000 });
});

afterAll(async () => {
  await Promise.all([first.close(), second.close()]);
  await database.drop();
});

it('runs work under one key one after another, across processes too', async () => {
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    // takes longer than to get a lock
    await countConnections();
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? first : second).withLock('secret:a', work)));
  expect(most).toBe(1);
});

it('lets work under other keys go on, and holds any number of locks on one connection', async () => {
  const keys = Array.from({ length: 50 }, (_, index) => `secret:${index}`);
  const nest = ([key, ...rest]: string[]): Promise<number> =>
    key === undefined ? countConnections() : first.withLock(key, () => nest(rest));
  // the connections of both, and the one that counts
  expect(await nest(keys)).toBeLessThanOrEqual(3);
});

it('gives the lock back when the work fails', async () => {
  await expect(first.withLock('secret:b', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await second.withLock('secret:b', () => Promise.resolve('in'))).toBe('in');
  expect(await first.withLock('secret:b', () => Promise.resolve('again'))).toBe('again');
});

it('gives up waiting for another process with a typed error, and runs nothing', async () => {
  const impatient = createKeyedLock({ url: database.url, log, waitMilliseconds: 50 });
  const work = vi.fn(() => Promise.resolve());
  await first.withLock('secret:c', async () => {
    await expect(impatient.withLock('secret:c', work)).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
  });
  expect(work).not.toHaveBeenCalled();
  await impatient.close();
});

it('goes on after the server has ended the connection that held locks', async () => {
  await first.withLock('secret:d', async () => {
    await terminateOthers();
    await vi.waitFor(() => expect(log).toHaveBeenCalled(), { timeout: 30_000 });
  });
  expect(await first.withLock('secret:d', () => Promise.resolve('in'))).toBe('in');
  expect(await second.withLock('secret:d', () => Promise.resolve('in'))).toBe('in');
});

const countConnections = async (): Promise<number> => {
  return query('SELECT count(*)::int AS number FROM pg_stat_activity WHERE datname = current_database()');
};

const terminateOthers = async (): Promise<void> => {
  await query(`SELECT count(pg_terminate_backend(pid))::int AS number FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`);
};

const query = async (sql: string): Promise<number> => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return Number((await client.query<{ number: number }>(sql)).rows[0]?.number);
  } finally {
    await client.end();
  }
};
