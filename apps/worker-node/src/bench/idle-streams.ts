// For `npm run bench -- streams`: many streams of one worker to a backend. Tells its parent when all have begun, and, when it is asked, how
// many are open and on how many of them a genuine beat came in the last two seconds.
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
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
const pauseMilliseconds = 100;

const settings = readDaemonSettings();
const { exchange, fleet } = await openFolder(settings, 'none', pino({ level: 'error' }));
const { signal } = new AbortController();
setMaxListeners(Number(wanted) + 1, signal);

interface OpenStream {
  key: VerificationKey | null;
  beatAt: number;
  isOpen: boolean;
}

type Client = ReturnType<typeof createBackendClient>;

const streams: OpenStream[] = [];
let breaks = 0;
/** One beat goes to all streams in one text: its signature is verified once. */
let genuine = '';

const followOnce = (client: Client, stream: OpenStream, onOpening: () => void): Promise<void> => {
  const taker: Parameters<Client['stream']>[1] = {
    onOpening: ({ backendCertificate }) => {
      stream.key = backendKeyOf(backendCertificate, fleet.keys.root);
      stream.isOpen = true;
      onOpening();
    },
    onLine: (line, text) => {
      if (!('beat' in line) || stream.key === null) return;
      if (text !== genuine) verifyBeat(line.beat, stream.key);
      genuine = text;
      stream.beatAt = performance.now();
    },
  };
  return client.stream({ since: null }, taker, signal);
};

/** As a worker does: one that breaks off, also because nothing came for five seconds, is opened again. */
const follow = (client: Client): Promise<void> => {
  const stream: OpenStream = { key: null, beatAt: Number.NEGATIVE_INFINITY, isOpen: false };
  streams.push(stream);
  return new Promise((resolve) => {
    const repeat = async (): Promise<void> => {
      for (;;) {
        await followOnce(client, stream, resolve).catch(() => undefined);
        stream.isOpen = false;
        breaks += 1;
        await delay(pauseMilliseconds);
      }
    };
    void repeat();
  });
};

const open = (count: number): Promise<unknown> => {
  const client = createBackendClient({ backend: settings.backend, exchange });
  return Promise.all(Array.from({ length: count }, () => follow(client)));
};

for (let left = Number(wanted); left > 0; left -= streamsOfClient) await open(Math.min(streamsOfClient, left));
process.send?.('open');
process.on('message', () => {
  const now = performance.now();
  process.send?.({
    open: streams.filter(({ isOpen }) => isOpen).length,
    breaks,
    vouched: streams.filter(({ isOpen, beatAt }) => isOpen && now - beatAt <= beatCountsMilliseconds).length,
  });
});
process.on('disconnect', () => process.exit(0));
