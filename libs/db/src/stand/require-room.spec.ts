import { expect, it } from 'vitest';
import { withClient } from '../client/with-client.ts';
import { openDatabase } from '../open-database.ts';
import { createTestDatabase } from '../testing/index.ts';
import { connectionsWithin, fewestConnections, totalOf, usualConnections } from './connections.ts';

it('shares out every number of connections from the smallest, with some for reads and some for transactions', () => {
  for (let total = fewestConnections; total < 40; total += 1) {
    const connections = connectionsWithin(total);
    expect(totalOf(connections)).toBe(total);
    expect(Math.min(connections.reads, connections.writes)).toBeGreaterThan(0);
  }
  expect(usualConnections).toBe(10);
  expect(connectionsWithin(10)).toEqual({ reads: 3, writes: 2 });
});

it('refuses to start where the server has room for fewer, and names a number that fits', async () => {
  const test = await createTestDatabase();
  const limitTo = (most: number) =>
    withClient(test.supervisorUrl, async (client) => {
      await client.query(`ALTER DATABASE "${new URL(test.url).pathname.slice(1)}" CONNECTION LIMIT ${most}`);
    });
  await limitTo(8);
  await expect(openDatabase({ url: test.url })).rejects.toMatchObject({
    code: 'TOO_FEW_CONNECTIONS',
    message: expect.stringContaining('set SECRET_STORE_DATABASE_POOL to 8 or less'),
  });
  const database = await openDatabase({ url: test.url, connections: connectionsWithin(8) });
  await database.close();
  await limitTo(-1);
  await test.drop();
});
