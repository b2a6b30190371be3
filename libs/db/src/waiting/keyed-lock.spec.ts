import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createKeyedLock, type KeyedLock } from './keyed-lock.ts';
import { SilenceWatch } from './silence-watch.ts';
import { createTestDatabase, type TestDatabase } from '../testing/index.ts';

let database: TestDatabase;
let first: KeyedLock;
let second: KeyedLock;
let silence: SilenceWatch;
/** a machine that runs all tests at once is slow */
const limits = { patience: 60_000, waiting: 400 };
const log = vi.fn<(message: string) => void>();

beforeAll(async () => {
  database = await createTestDatabase();
  silence = new SilenceWatch(database.url);
  first = createKeyedLock({ url: database.url, log, silence, limits });
  // another backend on the same database
  second = createKeyedLock({ url: database.url, log, silence, limits });
});

afterAll(async () => {
  await Promise.all([first.close(), second.close()]);
  silence.close();
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
  const impatient = createKeyedLock({ url: database.url, log, silence, limits: { patience: 50, waiting: 1 } });
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

it('refuses at once what does not fit, gives up a turn that does not come, and goes on when the lock is free', async () => {
  const impatient = createKeyedLock({ url: database.url, log, silence, limits: { patience: 100, waiting: 1 } });
  const work = vi.fn(() => Promise.resolve());
  await impatient.withLock('secret:e', async () => {
    const waits = impatient.withLock('secret:e', work);
    await expect(impatient.withLock('secret:e', work)).rejects.toMatchObject({ code: 'OVERLOADED' });
    await expect(waits).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect(await impatient.withLock('secret:f', () => Promise.resolve('another key'))).toBe('another key');
  });
  expect(work).not.toHaveBeenCalled();
  expect(await impatient.withLock('secret:e', () => Promise.resolve('in'))).toBe('in');
  await impatient.close();
});

it('never refuses patient work', async () => {
  const impatient = createKeyedLock({ url: database.url, log, silence, limits: { patience: 1, waiting: 0 } });
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const holds = impatient.withLock('secret:g', () => held);
  const patient = impatient.withLock('secret:g', () => Promise.resolve('in'), { isPatient: true });
  await expect(impatient.withLock('secret:g', () => Promise.resolve())).rejects.toMatchObject({ code: 'OVERLOADED' });
  release();
  await holds;
  expect(await patient).toBe('in');
  await impatient.close();
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
