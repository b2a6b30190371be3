import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { connectionAddress } from '../client/connection-address.ts';
import type { Log } from '../log.ts';

const channel = 'secret_store';
const firstPauseMilliseconds = 100;
const longestPauseMilliseconds = 10_000;
/** A line that is cut without a word is found by then. */
const askEachMilliseconds = 10_000;
const answerMilliseconds = 5_000;
const goodbyeMilliseconds = 1_000;

export interface NoticeOptions {
  readonly url: string;
  readonly log: Log;
  /** for tests */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * What processes on one database tell each other, over one connection each. Anybody who can write the database can say the same,
 * so a notice is only a reason to look. One that is lost is told to nobody.
 */
export interface Notices<Notice extends string> {
  /** Called for a notice of another process, and once more when the connection is made: some may have been missed before. */
  on(notice: Notice, look: () => void): void;
  /** Tells the others. Never waits and never fails; several of the same that are not sent yet are one. */
  send(notice: Notice): void;
  close(): Promise<void>;
}

/** Connects in the background, and again with pauses of up to 10 s whenever the connection is lost. */
export const followNotices = <Notice extends string>({
  url,
  log,
  pause = (milliseconds, signal) => delay(milliseconds, undefined, { signal, ref: false }),
}: NoticeOptions): Notices<Notice> => {
  const closed = new AbortController();
  const looks = new Map<string, () => void>();
  const unsent = new Set<Notice>();
  let connected: pg.Client | null = null;
  let isSending = false;
  let failures = 0;

  const send = async (): Promise<void> => {
    if (isSending) return;
    isSending = true;
    while (connected !== null && unsent.size > 0) {
      const notices = [...unsent];
      unsent.clear();
      await connected
        .query('SELECT pg_notify($1, notice) FROM unnest($2::text[]) AS notice', [channel, notices])
        .catch(() => undefined);
    }
    isSending = false;
  };

  const listen = async (): Promise<void> => {
    const client = new pg.Client({
      ...connectionAddress(url),
      ...{ connectionTimeoutMillis: 10_000, query_timeout: answerMilliseconds, keepAlive: true },
      application_name: 'secret-store notices',
    });
    const lost = new AbortController();
    client.on('error', () => lost.abort());
    client.on('end', () => lost.abort());
    try {
      await client.connect();
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      client.on('notification', ({ processId, payload = '' }) => {
        if (processId !== rows[0]?.pid) looks.get(payload)?.();
      });
      await client.query(`LISTEN ${channel}`);
      connected = client;
      if (failures > 0) log('the connection on which backends tell each other of changes is back');
      failures = 0;
      for (const look of looks.values()) look();
      const over = AbortSignal.any([lost.signal, closed.signal]);
      void send();
      while (!over.aborted) {
        await delay(askEachMilliseconds, undefined, { signal: over, ref: false }).catch(() => undefined);
        if (!over.aborted) await client.query('SELECT 1');
      }
    } finally {
      connected = null;
      // a server that does not answer does not say goodbye either
      await Promise.race([client.end(), delay(goodbyeMilliseconds, undefined, { ref: false })]).catch(() => undefined);
    }
  };

  const follow = async (): Promise<void> => {
    while (!closed.signal.aborted) {
      const reason = await listen().then(
        () => 'it was closed',
        (error: unknown) => (error instanceof Error ? error.message : 'unknown'),
      );
      if (closed.signal.aborted) return;
      if (failures === 0)
        log(
          `the connection on which backends tell each other of changes was lost, so they hear within a second: ${reason}`,
        );
      failures += 1;
      await pause(pauseMilliseconds(failures), closed.signal).catch(() => undefined);
    }
  };
  const following = follow();
  return {
    on: (notice, look) => void looks.set(notice, look),
    send: (notice) => {
      unsent.add(notice);
      void send();
    },
    close: () => {
      closed.abort();
      return following;
    },
  };
};

/** By chance, so that backends that lost the server together do not come back together. */
const pauseMilliseconds = (failures: number): number =>
  (Math.min(firstPauseMilliseconds * 2 ** (failures - 1), longestPauseMilliseconds) * (1 + Math.random())) / 2;
