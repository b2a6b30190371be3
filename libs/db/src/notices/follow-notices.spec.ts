import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withClient } from '../client/with-client.ts';
import { createTestDatabase, type TestDatabase } from '../testing/index.ts';
import { followNotices, type Notices } from './follow-notices.ts';

type Notice = 'one' | 'other';

let database: TestDatabase;
let opened: Notices<Notice>[];
let logged: string[];

beforeEach(async () => {
  database = await createTestDatabase();
  opened = [];
  logged = [];
});
afterEach(async () => {
  await Promise.all(opened.map((notices) => notices.close()));
  await database.drop();
});

/** A process that listens already, and counts what it looked at since. */
const listener = async (pause?: () => Promise<unknown>) => {
  const notices = followNotices<Notice>({
    url: database.url,
    log: (line) => logged.push(line),
    ...(pause && { pause }),
  });
  opened.push(notices);
  const seen = { one: 0, other: 0 };
  let arrived = (): void => undefined;
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise<void>((resolve) => (arrived = resolve));
  };
  for (const notice of ['one', 'other'] as const)
    notices.on(notice, () => {
      seen[notice] += 1;
      arrived();
    });
  await until(() => seen.other === 1);
  return { notices, seen, until };
};

const terminate = (): Promise<number> =>
  withClient(database.supervisorUrl, async (client) => {
    const { rowCount } = await client.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE application_name = 'secret-store notices' AND datname = $1`,
      [new URL(database.url).pathname.slice(1)],
    );
    return rowCount ?? 0;
  });

it('the others are told, each by what it is, and oneself is not', async () => {
  const [first, second, third] = [await listener(), await listener(), await listener()];
  first.notices.send('one');
  await Promise.all([second.until(() => second.seen.one === 2), third.until(() => third.seen.one === 2)]);
  second.notices.send('other');
  await first.until(() => first.seen.other === 2);
  expect(first.seen).toEqual({ one: 1, other: 2 });
  expect(third.seen.one).toBe(2);
});

it('a connection that was lost is made again, what was sent meanwhile is told, and what was missed is looked for', async () => {
  const [first, second] = [await listener(), await listener()];
  expect(await terminate()).toBe(2);
  first.notices.send('one');
  // on the connection of before, or by looking when the next one is made
  await second.until(() => second.seen.one >= 2 && second.seen.other >= 2);
  await first.until(() => first.seen.other >= 2);
  const before = second.seen.one;
  first.notices.send('one');
  await second.until(() => second.seen.one > before);
  expect(logged.filter((line) => line.includes('was lost')).length).toBeGreaterThan(0);
});

it('what anybody else says is no reason to do more than look, or nothing', async () => {
  const { seen, until } = await listener();
  const stranger = new pg.Client({ connectionString: database.url });
  await stranger.connect();
  await stranger.query(
    `SELECT pg_notify('secret_store', notice) FROM unnest(ARRAY['', 'unheard of', 'one']) AS notice`,
  );
  await stranger.end();
  await until(() => seen.one === 2);
  expect(seen).toEqual({ one: 2, other: 1 });
});

it('many of the same that wait are sent as few', async () => {
  const [first, second] = [await listener(), await listener()];
  for (let index = 0; index < 1_000; index += 1) first.notices.send('one');
  first.notices.send('other');
  await second.until(() => second.seen.other === 2);
  expect(second.seen.one).toBeLessThanOrEqual(3);
});

it('a server that is away is asked ever more seldom, and told once', async () => {
  const pauses: number[] = [];
  const notices = followNotices<Notice>({
    url: 'postgresql://nobody@127.0.0.1:1/nothing',
    log: (line) => logged.push(line),
    pause: async (milliseconds) => {
      pauses.push(milliseconds);
      if (pauses.length === 10) void notices.close();
    },
  });
  notices.send('one');
  await expect.poll(() => pauses.length).toBe(10);
  expect(pauses[0]).toBeLessThanOrEqual(100);
  expect(pauses[9]).toBeGreaterThanOrEqual(5_000);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(10_000);
  expect(logged).toHaveLength(1);
});
