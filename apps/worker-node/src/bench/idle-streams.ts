// For `npm run bench -- streams`: many streams of one worker to a backend. Tells its parent when all have begun, and, when it is asked, how
// many are open and on how many of them a genuine beat came in the last two seconds.
import { setMaxListeners } from 'node:events';
import { backendKeyOf, type VerificationKey, verifyBeat } from '@secret-store/sealing';
import { pino } from 'pino';
import { createBackendClient } from '../backend/backend-client.ts';
import { readDaemonSettings } from '../daemon-env.ts';
import { openFolder } from '../open-folder.ts';

const [wanted = ''] = process.argv.slice(2);
/** fewer than the connections that a client keeps */
const streamsOfClient = 50;
/** a beat comes each second */
const beatCountsMilliseconds = 2_000;

const settings = readDaemonSettings();
const { exchange, fleet } = await openFolder(settings, 'none', pino({ level: 'error' }));
const { signal } = new AbortController();
setMaxListeners(Number(wanted) + 1, signal);

interface OpenStream {
  key: VerificationKey | null;
  beatAt: number;
  isOpen: boolean;
}

const streams: OpenStream[] = [];
/** One beat goes to all streams in one text: its signature is verified once. */
let genuine = '';

const openOne = (client: ReturnType<typeof createBackendClient>): Promise<void> =>
  new Promise((resolve, reject) => {
    const stream: OpenStream = { key: null, beatAt: Number.NEGATIVE_INFINITY, isOpen: true };
    streams.push(stream);
    client
      .stream(
        { since: null },
        {
          onOpening: ({ backendCertificate }) => {
            stream.key = backendKeyOf(backendCertificate, fleet.keys.root);
            resolve();
          },
          onLine: (line, text) => {
            if (!('beat' in line) || stream.key === null) return;
            if (text !== genuine) verifyBeat(line.beat, stream.key);
            genuine = text;
            stream.beatAt = performance.now();
          },
        },
        signal,
      )
      .finally(() => {
        stream.isOpen = false;
      })
      .catch(reject);
  });

const open = (count: number): Promise<unknown> => {
  const client = createBackendClient({ backend: settings.backend, exchange });
  return Promise.all(Array.from({ length: count }, () => openOne(client)));
};

for (let left = Number(wanted); left > 0; left -= streamsOfClient) await open(Math.min(streamsOfClient, left));
process.send?.('open');
process.on('message', () => {
  const now = performance.now();
  process.send?.({
    open: streams.filter(({ isOpen }) => isOpen).length,
    vouched: streams.filter(({ isOpen, beatAt }) => isOpen && now - beatAt <= beatCountsMilliseconds).length,
  });
});
process.on('disconnect', () => process.exit(0));
