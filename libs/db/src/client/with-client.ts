import pg from 'pg';
import { connectionAddress } from './connection-address.ts';

/** Does the work on a connection of its own, which ends with it. */
export const withClient = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({
    ...connectionAddress(url),
    connectionTimeoutMillis: 30_000,
    application_name: 'secret-store setup',
  });
  // a connection that breaks between two statements is seen by the next one
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
