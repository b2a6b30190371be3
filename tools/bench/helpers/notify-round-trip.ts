import { once } from 'node:events';
import { openDatabase } from '@secret-store/db';
import { timesOf } from './closed-loop.ts';

/** What a `NOTIFY` takes from one connection of the database to another, in milliseconds for each of so many. */
export const notifyRoundTrips = async (ownerUrl: string, count: number): Promise<readonly number[]> => {
  const database = await openDatabase({ url: ownerUrl, connections: { reads: 2, writes: 1 } });
  const listener = await database.pool.connect();
  try {
    await listener.query('LISTEN bench');
    return await timesOf(count, async () => {
      const told = once(listener, 'notification');
      await database.pool.query('NOTIFY bench');
      await told;
    });
  } finally {
    listener.release(true);
    await database.close();
  }
};
