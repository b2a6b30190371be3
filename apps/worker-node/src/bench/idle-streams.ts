// For `npm run bench -- streams`: many streams of one worker to a backend. Tells its parent when each has said something.
import { pino } from 'pino';
import { createBackendClient } from '../backend/backend-client.ts';
import { readDaemonSettings } from '../daemon-env.ts';
import { openFolder } from '../open-folder.ts';

const [wanted = ''] = process.argv.slice(2);
/** fewer than the connections that a client keeps */
const streamsOfClient = 50;

const settings = readDaemonSettings();
const { exchange } = await openFolder(settings, 'none', pino({ level: 'error' }));
const { signal } = new AbortController();

const open = (count: number): Promise<unknown> => {
  const client = createBackendClient({ backend: settings.backend, exchange });
  const openOne = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const taker = { onOpening: () => undefined, onLine: () => resolve() };
      client.stream({ since: null }, taker, signal).catch(reject);
    });
  return Promise.all(Array.from({ length: count }, openOne));
};

for (let left = Number(wanted); left > 0; left -= streamsOfClient) await open(Math.min(streamsOfClient, left));
process.send?.('open');
process.on('disconnect', () => process.exit(0));
