import { setTimeout as delay } from 'node:timers/promises';
import type { WorkerStreamLine } from '@secret-store/api/schemas';
import type { Logger } from 'pino';
import type { BackendClient } from '../backend/backend-client.ts';
import type { VouchedDeliveries } from '../cache/vouched-deliveries.ts';
import { errorName } from '../errors/error-name.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import type { KeptFleet } from '../fleet/keep-fleet.ts';
import type { NewestHead } from '../state/newest-head.ts';

const firstPauseMilliseconds = 100;
const longestPauseMilliseconds = 10_000;

export interface StreamOptions {
  readonly backend: Pick<BackendClient, 'stream'>;
  readonly head: Pick<NewestHead, 'note'>;
  readonly vouched: Pick<VouchedDeliveries, 'beat' | 'changed' | 'end'>;
  readonly fleet: Pick<KeptFleet, 'hint'>;
  readonly log: Logger;
  /** for tests */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

export interface FollowedStream {
  stop(): void;
  /** Resolves when the stream has ended; never rejects. */
  readonly ended: Promise<void>;
}

/** Keeps a stream to the backend open until it is stopped, and takes what the backend says on it. */
export const followStream = (options: StreamOptions): FollowedStream => {
  const stopped = new AbortController();
  return { stop: () => stopped.abort(), ended: follow(options, stopped.signal) };
};

const follow = async (options: StreamOptions, signal: AbortSignal): Promise<void> => {
  const { log, pause = (milliseconds) => delay(milliseconds, undefined, { signal }) } = options;
  let failures = 0;
  while (!signal.aborted) {
    try {
      await followOnce(options, signal, () => {
        failures = 0;
      });
    } catch (error) {
      if (failures === 0 && !signal.aborted) note(log, error);
    }
    failures += 1;
    await pause(pauseMilliseconds(failures), signal).catch(() => undefined);
  }
};

const followOnce = async (
  { backend, head, vouched, fleet, log }: StreamOptions,
  signal: AbortSignal,
  onBeat: () => void,
): Promise<void> => {
  let isOpen = true;
  const take = async ({ head: offered, backendCertificate }: Beat): Promise<void> => {
    try {
      if (offered !== null) await head.note(offered, backendCertificate);
      if (!isOpen) return;
      vouched.beat();
      onBeat();
    } catch (error) {
      log.warn({ cause: errorName(error) }, 'an audit head from the backend is not genuine: its beat does not count');
    }
  };
  try {
    await backend.stream((line) => {
      if ('beat' in line) void take(line.beat);
      else if ('changed' in line) vouched.changed(line.changed);
      else fleet.hint();
    }, signal);
  } finally {
    isOpen = false;
    vouched.end();
  }
};

type Beat = Extract<WorkerStreamLine, { readonly beat: unknown }>['beat'];

/** They differ by chance, so that workers that lost a backend together do not come back together. */
const pauseMilliseconds = (failures: number): number =>
  (Math.min(firstPauseMilliseconds * 2 ** (failures - 1), longestPauseMilliseconds) * (1 + Math.random())) / 2;

/** A backend that starts or restarts is not the worker's fault; anything else is. */
const note = (log: Logger, error: unknown): void => {
  const cause = errorName(error);
  if (error instanceof ResolveFailure)
    log.info({ reason: error.message, cause }, 'the stream from the backend broke off; trying again');
  else log.error({ cause }, 'a line of the stream was not taken; trying again');
};
