import { setTimeout as delay } from 'node:timers/promises';
import type {
  SentDelivery,
  WorkerStreamLine,
  WorkerStreamOpening,
  WorkerStreamRequest,
} from '@secret-store/api/schemas';
import type { AuditHead } from '@secret-store/sealing';
import type { Logger } from 'pino';
import type { BackendClient } from '../backend/backend-client.ts';
import { beatCountsMilliseconds, type VouchedDeliveries } from '../cache/vouched-deliveries.ts';
import { errorName } from '../errors/error-name.ts';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import type { KeptFleet } from '../fleet/keep-fleet.ts';
import type { WorkerKeys } from '../keys/read-worker-keys.ts';
import { type NewestHead, SignedHead } from '../state/newest-head.ts';
import { HeardStream } from './heard-stream.ts';

const firstPauseMilliseconds = 100;
const longestPauseMilliseconds = 10_000;
/** Lines that come and count for nothing are as good as silence. */
const withoutBeatMilliseconds = 5_000;
/** Two clocks that are never set differ by a third of a second after an hour, at most: a new stream compares them again. */
const openMilliseconds = 3_600_000;

export interface StreamOptions {
  readonly backend: Pick<BackendClient, 'stream'>;
  readonly keys: Pick<WorkerKeys, 'root' | 'workerId'>;
  readonly head: Pick<NewestHead, 'keep' | 'place'>;
  readonly vouched: Pick<VouchedDeliveries, 'beat' | 'changed' | 'end'>;
  readonly follower: { delivered(sent: SentDelivery): void };
  readonly fleet: Pick<KeptFleet, 'hint'>;
  readonly checks: { hint(): void };
  readonly receipts: { askSoon(): void };
  readonly log: Logger;
  /** for tests */
  readonly now?: () => number;
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

/** From one stream to the next. */
interface Progress {
  /** the place of the last beat that counted */
  since: WorkerStreamRequest['since'];
  /** streams that broke off since then */
  failures: number;
  /** the process of the last stream that opened */
  instance: string | null;
}

const follow = async (options: StreamOptions, signal: AbortSignal): Promise<void> => {
  const { log, vouched, pause = (milliseconds) => delay(milliseconds, undefined, { signal }) } = options;
  const progress: Progress = { since: null, failures: 0, instance: null };
  while (!signal.aborted) {
    const taken = new TakenStream(options, progress);
    try {
      await options.backend.stream(
        { since: progress.since },
        {
          onOpening: (opening, askedAt) => taken.open(opening, askedAt),
          onLine: (line, text) => taken.take(line, text),
        },
        signal,
      );
    } catch (error) {
      if (progress.failures === 0 && !signal.aborted && !(error instanceof OpenAgain)) note(log, error);
    } finally {
      vouched.end();
    }
    progress.failures += 1;
    await pause(pauseMilliseconds(progress.failures), signal).catch(() => undefined);
  }
};

/** What one stream brings. */
class TakenStream {
  readonly #options: StreamOptions;
  readonly #progress: Progress;
  readonly #now: () => number;
  #heard: HeardStream | null = null;
  #certificate: WorkerStreamOpening['backendCertificate'] | null = null;
  #openedAt = 0;
  /** how new what the backend told is, by beats that counted */
  #countedAt = 0;

  constructor(options: StreamOptions, progress: Progress) {
    this.#options = options;
    this.#progress = progress;
    this.#now = options.now ?? (() => performance.now());
  }

  /** @throws {ResolveFailure} where it is not genuine */
  open(opening: WorkerStreamOpening, askedAt: number): void {
    const { keys, vouched, fleet, checks, receipts } = this.#options;
    this.#heard = new HeardStream({ opening, askedAt, root: keys.root });
    this.#certificate = opening.backendCertificate;
    this.#openedAt = this.#now();
    this.#countedAt = this.#openedAt;
    this.#keep(opening.head, this.#heard.place);
    vouched.changed(opening.changed);
    checks.hint();
    if (opening.fleet) fleet.hint();
    if (opening.instance !== this.#progress.instance) receipts.askSoon();
    this.#progress.instance = opening.instance;
  }

  /** @throws {ResolveFailure} where the stream is of no use any more */
  take(line: WorkerStreamLine, text: string): void {
    const { vouched, follower, fleet, checks, keys } = this.#options;
    if ('beat' in line) this.#beat(line);
    else if ('changed' in line) {
      this.#heard?.hint(text);
      vouched.changed(line.changed, line.set);
    } else if ('delivery' in line) follower.delivered(line.delivery);
    else if ('worker' in line) {
      this.#heard?.hint(text);
      if (line.worker === keys.workerId) throw new OpenAgain('the store has changed what it knows of this worker');
    } else if ('check' in line) checks.hint();
    else fleet.hint();
  }

  #beat({ beat, head }: BeatLine): void {
    const now = this.#now();
    const heard = this.#heard?.beat(beat, head, now);
    if (heard === undefined) return;
    this.#keep(head, heard.place);
    if (now - heard.readAt <= beatCountsMilliseconds && !isBehind(heard.place, this.#options.head.place)) {
      this.#countedAt = Math.max(heard.readAt, this.#countedAt);
      this.#progress.since = heard.place;
      this.#progress.failures = 0;
      this.#options.vouched.beat(heard.readAt);
    } else if (now - this.#countedAt > withoutBeatMilliseconds) {
      throw new ResolveFailure(exitCode.unavailable, 'the beats of the backend are old: another stream is opened');
    }
    if (now - this.#openedAt > openMilliseconds) throw new OpenAgain('the clocks are compared again each hour');
  }

  /** @param place as it was read from the head, verified */
  #keep(head: WorkerStreamOpening['head'] | undefined, place: AuditHead | null): void {
    const { head: newest, log } = this.#options;
    const backendCertificate = this.#certificate;
    if (!head || place === null || backendCertificate === null) return;
    newest.keep({ signed: SignedHead.parse({ head, backendCertificate }), head: place }).catch((error: unknown) => {
      log.warn({ cause: errorName(error) }, 'an audit head from the backend was not kept');
    });
  }
}

type BeatLine = Extract<WorkerStreamLine, { readonly beat: unknown }>;

/** Nothing is wrong. */
class OpenAgain extends ResolveFailure {
  override readonly name = 'OpenAgain';

  constructor(why: string) {
    super(exitCode.unavailable, why);
  }
}

/** The backend reads a database that is older than what this worker has seen, or another one. */
const isBehind = (place: AuditHead | null, seen: AuditHead | null): boolean => {
  if (seen === null) return false;
  if (place === null) return true;
  if (place.epoch !== seen.epoch) return place.epoch < seen.epoch;
  return place.sequence < seen.sequence || (place.sequence === seen.sequence && place.hash !== seen.hash);
};

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
