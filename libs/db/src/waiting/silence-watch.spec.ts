import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Database, openDatabase } from '../open-database.ts';
import { createTestDatabase, type TestDatabase } from '../testing/index.ts';
import { type FreezingProxy, startFreezingProxy } from '../testing/freezing-proxy.ts';
import { isUnavailable } from './is-unavailable.ts';

let test: TestDatabase;
let proxy: FreezingProxy;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  proxy = await startFreezingProxy(test.url);
});
beforeEach(async () => {
  database = await openDatabase({
    url: proxy.url,
    limits: { patience: 1_000, waiting: 4 },
    silence: { silentMilliseconds: 200, answerMilliseconds: 300, lookEachMilliseconds: 20 },
  });
});
afterEach(async () => {
  proxy.thaw();
  await database.close();
});
afterAll(async () => {
  await proxy.close();
  await test.drop();
});

/** Begins all of this work, freezes the server, and waits for how each ends. */
const frozen = async (...works: readonly (() => Promise<unknown>)[]): Promise<unknown[]> => {
  await database.pool.query('SELECT 1');
  await database.transaction((tx) => tx.query({ text: 'SELECT 1' }));
  await database.withLock('a key', async () => undefined);
  const begun = works.map((work) => work());
  proxy.freeze();
  const ends = await Promise.allSettled(begun);
  return ends.map((end) => end.status === 'rejected' && isUnavailable(end.reason));
};

it('a statement, a transaction, what Prisma asks and a lock under way fail when the server hangs, and nothing waits for it', async () => {
  const slow = 'SELECT pg_sleep(100)';
  const asks = [
    () => database.pool.query(slow),
    () => database.side.query(slow),
    () => database.transaction((tx) => tx.query({ text: slow })),
    () => database.prisma.$queryRaw`SELECT 1 FROM pg_sleep(100)`,
    () => database.withLock('another key', async () => undefined),
  ];
  expect(await frozen(...asks)).toEqual(asks.map(() => true));
  proxy.thaw();
  expect((await database.pool.query('SELECT 1')).rowCount).toBe(1);
  expect(await database.transaction((tx) => tx.query({ text: 'SELECT 1' }))).toMatchObject({ rowCount: 1 });
  expect(await database.withLock('another key', async () => 'held')).toBe('held');
});

it('what a transaction had written before the server hung is not there afterwards', async () => {
  const name = 'written before the hang';
  const ends = await frozen(() =>
    database.transaction(async (tx) => {
      await tx.query({ text: 'INSERT INTO worker_pool (id, name) VALUES (gen_random_uuid(), $1)', values: [name] });
      proxy.freeze();
      await tx.query({ text: 'SELECT 1' });
    }),
  );
  expect(ends).toEqual([true]);
  proxy.thaw();
  const { rowCount } = await database.pool.query('SELECT 1 FROM worker_pool WHERE name = $1', [name]);
  expect(rowCount).toBe(0);
});

it('a long statement of a server that is there is waited for', async () => {
  const { rowCount } = await database.pool.query('SELECT pg_sleep(1.5)');
  expect(rowCount).toBe(1);
});
