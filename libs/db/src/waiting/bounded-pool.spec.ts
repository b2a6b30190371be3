import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withClient } from '../client/with-client.ts';
import { type Database, openDatabase } from '../open-database.ts';
import { createTestDatabase, type TestDatabase } from '../testing/index.ts';
import { isUnavailable } from './is-unavailable.ts';

let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  database = await openDatabase({
    url: test.url,
    connections: { reads: 1, writes: 1 },
    limits: { patience: 2_000, waiting: 1 },
    // the tests hold transactions for as long as they take
    idleInTransaction: 60_000,
  });
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

const read = () => database.pool.query('SELECT 1');
const write = () => database.transaction((tx) => tx.query({ text: 'SELECT 1' }));
const overloaded = expect.objectContaining({ code: 'OVERLOADED' });

it('refuses at once what does not fit, lets others wait for a bounded time, and loses no connection', async () => {
  await read();
  const held = await database.pool.connect();
  const waits = read();
  await expect(read()).rejects.toEqual(overloaded);
  await expect(waits).rejects.toEqual(overloaded);
  const served = read();
  held.release();
  expect((await served).rowCount).toBe(1);
  expect((await read()).rowCount).toBe(1);
});

it('tells through Prisma too that nothing was done', async () => {
  await read();
  const held = await database.pool.connect();
  const error: unknown = await database.prisma.algorithm.count().catch((failure: unknown) => failure);
  expect(isUnavailable(error)).toBe(true);
  held.release();
  expect(await database.prisma.algorithm.count()).toBe(0);
});

it('reads while every connection of writes is taken', async () => {
  await database.transaction(async () => {
    await expect(write()).rejects.toEqual(overloaded);
    expect((await read()).rowCount).toBe(1);
    expect(await database.prisma.algorithm.count()).toBe(0);
    expect((await database.side.query('SELECT 1')).rowCount).toBe(1);
  });
  expect((await write()).rowCount).toBe(1);
});

it('waits a bounded time for a row that another transaction holds', async () => {
  const id = randomUUID();
  await database.pool.query(`INSERT INTO worker_pool (id, name) VALUES ($1, 'held')`, [id]);
  const other = new pg.Client({ connectionString: test.url });
  await other.connect();
  await other.query('BEGIN');
  await other.query('SELECT 1 FROM worker_pool WHERE id = $1 FOR UPDATE', [id]);
  const rename = () =>
    database.transaction((tx) =>
      tx.query({ text: `UPDATE worker_pool SET name = 'renamed' WHERE id = $1`, values: [id] }),
    );
  const error: unknown = await rename().catch((failure: unknown) => failure);
  expect(error).toMatchObject({ code: '55P03' });
  expect(isUnavailable(error)).toBe(true);
  await other.query('ROLLBACK');
  await other.end();
  expect((await rename()).rowCount).toBe(1);
});

it('survives a connection that ends in the middle of a transaction, and goes on with a new one', async () => {
  const error: unknown = await database
    .transaction(async (tx) => {
      const { rows } = await tx.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' });
      await database.pool.query('SELECT pg_terminate_backend($1, 10000)', [rows[0]?.pid]);
      return tx.query({ text: 'SELECT 1' });
    })
    .catch((failure: unknown) => failure);
  expect(isUnavailable(error)).toBe(true);
  expect((await write()).rowCount).toBe(1);
});

it('waits for a server that has no connection left, and says so when none comes free', async () => {
  const limitConnections = (to: number) =>
    withClient(test.supervisorUrl, async (client) => {
      await client.query(`ALTER DATABASE "${new URL(test.url).pathname.slice(1)}" CONNECTION LIMIT ${to}`);
    });
  const patient = await openDatabase({ url: test.url, limits: { patience: 60_000, waiting: 1 } });
  const impatient = await openDatabase({ url: test.url, limits: { patience: 2_000, waiting: 1 } });
  await limitConnections(0);
  // the first connection for writes
  const error: unknown = await impatient.transaction(() => Promise.resolve()).catch((failure: unknown) => failure);
  expect(error).toMatchObject({ code: 'OVERLOADED', cause: { code: '53300' } });
  const served = patient.transaction((tx) => tx.query({ text: 'SELECT 1' }));
  await limitConnections(-1);
  expect((await served).rowCount).toBe(1);
  await patient.close();
  await impatient.close();
});

it('says that a server that is not there may be there later', async () => {
  const nowhere = openDatabase({ url: 'postgresql://127.0.0.1:1/none', limits: { patience: 50, waiting: 1 } });
  await expect(nowhere).rejects.toEqual(overloaded);
});
