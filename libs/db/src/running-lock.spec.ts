import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { holdRunningLock, whileNothingRuns } from './running-lock.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const options = () => ({ url: database.url, log: () => undefined });

it('a tool that needs the store stopped works only while no backend runs', async () => {
  const [first, second] = [await holdRunningLock(options()), await holdRunningLock(options())];
  await expect(whileNothingRuns(options(), async () => 'done')).rejects.toMatchObject({ code: 'IN_USE' });
  await first.release();
  await expect(whileNothingRuns(options(), async () => 'done')).rejects.toMatchObject({ code: 'IN_USE' });
  await second.release();
  expect(await whileNothingRuns(options(), async () => 'done')).toBe('done');
});

it('a backend that starts meanwhile waits until the tool is done', async () => {
  const order: string[] = [];
  let starting: Promise<unknown> = Promise.resolve();
  await whileNothingRuns(options(), async () => {
    starting = holdRunningLock(options()).then(async (lock) => {
      order.push('backend');
      await lock.release();
    });
    await waiting();
    order.push('tool');
  });
  await starting;
  expect(order).toEqual(['tool', 'backend']);
});

it('a backend whose connection was lost still runs', async () => {
  const lock = await holdRunningLock(options());
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rowCount } = await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'secret-store runs' AND datname = current_database()`,
  );
  expect(rowCount).toBe(1);
  await client.end();
  await expect
    .poll(() => whileNothingRuns(options(), async () => 'nothing runs').catch((error: unknown) => error))
    .toMatchObject({ code: 'IN_USE' });
  await lock.release();
});

/** The backend has connected. */
const waiting = async (): Promise<void> => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await expect
    .poll(async () => {
      const { rows } = await client.query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'secret-store runs' AND datname = current_database()`,
      );
      return rows.length;
    })
    .toBe(2);
  await client.end();
};
