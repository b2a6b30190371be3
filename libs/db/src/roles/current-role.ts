import { withClient } from '../client/with-client.ts';

/** The role whose rights a connection to this address has. */
export const currentRole = async (url: string): Promise<string> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string }>('SELECT current_user AS name');
    return rows[0]?.name ?? '';
  });
