import { setTimeout as delay } from 'node:timers/promises';
import { signWorkerReceipt } from '@secret-store/sealing';
import type { Logger } from 'pino';
import type { BackendClient } from '../backend/backend-client.ts';
import { errorName } from '../errors/error-name.ts';
import type { Refreshes } from '../following/refreshes.ts';
import type { WorkerKeys } from '../keys/read-worker-keys.ts';
import type { RunningProcesses } from '../processes/running-processes.ts';
import { ReceiptBook, type Unsaid } from './receipt-book.ts';

/** The receipt says how long ago a value was ready. On its way, it must not hold up the values of other workers. */
const readyInMilliseconds = 300;
/** What runs changes more often than what is ready, and nobody waits for it. */
const processesEachMilliseconds = 1_000;
const firstPauseMilliseconds = 200;
const longestPauseMilliseconds = 30_000;
/** Whether the backend still has what it was told is asked this often: its database may have been restored. */
const askedEachMilliseconds = 600_000;
/** Of another backend sooner, at a time by chance: workers that lost a backend together must not ask together. */
const askedSoonMilliseconds = 2_000;
const receiptsMaximum = 100;
/** Of secrets that cannot be read, in one request. */
const failuresMaximum = 10_000;

export interface ReceiptOptions {
  readonly backend: Pick<BackendClient, 'receipts'>;
  readonly keys: Pick<WorkerKeys, 'workerId' | 'signer'>;
  /** of this process */
  readonly run: number;
  readonly refreshes: Pick<Refreshes, 'subscribe'>;
  readonly processes: Pick<RunningProcesses, 'list' | 'onChanged'>;
  readonly log: Logger;
  /** for tests */
  readonly now?: () => number;
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

export interface SentReceipts {
  stop(): void;
  /** The backend is there: what it has no answer to is sent at once, and not when the pause after a failure is over. */
  sendNow(): void;
  /**
   * Another process of a backend speaks: it is asked whether the store has exactly what it was told. Until then it would believe an
   * older receipt of this run that was put back into the database.
   */
  askSoon(): void;
  /** Resolves when the last request has finished; never rejects. */
  readonly ended: Promise<void>;
}

/**
 * Tells the backend what this worker holds and what runs with it. One request at a time: what comes meanwhile goes along with the next.
 * What no answer confirmed is sent again.
 */
export const sendReceipts = (options: ReceiptOptions): SentReceipts => {
  const stopped = new AbortController();
  const { refreshes, processes, now = () => performance.now() } = options;
  const book = new ReceiptBook(now);
  const bell = new Bell();
  const unsubscribe = refreshes.subscribe((refresh) => {
    if (book.refreshed(refresh)) bell.ringIn(spread(readyInMilliseconds));
  });
  processes.onChanged(() => bell.ringIn(processesEachMilliseconds));
  const back = new Return();
  const asking: Asking = { at: now() + spread(askedEachMilliseconds) };
  const stop = (): void => {
    unsubscribe();
    bell.silence();
    stopped.abort();
  };
  return {
    stop,
    sendNow: () => back.come(),
    askSoon: () => {
      asking.at = now();
      bell.ringIn(Math.random() * askedSoonMilliseconds);
    },
    ended: send(options, { book, bell, back, asking }, stopped.signal),
  };
};

/** Ends a pause. */
class Return {
  #end: () => void = () => undefined;

  come(): void {
    this.#end();
  }

  async orAfter(pause: Promise<unknown>): Promise<void> {
    await Promise.race([pause, new Promise<void>((resolve) => void (this.#end = resolve))]);
  }
}

/** When the backend is asked what it has. */
interface Asking {
  at: number;
}

interface Sending {
  readonly asking: Asking;
  readonly book: ReceiptBook;
  readonly bell: Bell;
  readonly back: Return;
}

/** Wakes one that waits, now or in a while. */
class Bell {
  #wake: () => void = () => undefined;
  #timer: { readonly at: number; readonly timeout: NodeJS.Timeout } | null = null;
  #isRung = false;

  ring(): void {
    this.#isRung = true;
    this.#wake();
  }

  /** At the earliest time of all that were named. */
  ringIn(milliseconds: number): void {
    const at = performance.now() + milliseconds;
    if (this.#timer !== null && this.#timer.at <= at) return;
    this.#stopTimer();
    const timeout = setTimeout(() => {
      this.#timer = null;
      this.ring();
    }, milliseconds);
    this.#timer = { at, timeout: timeout.unref() };
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer.timeout);
    this.#timer = null;
  }

  silence(): void {
    this.#stopTimer();
    this.ring();
  }

  /** Until it rings; at once where it has since the last time. */
  async heard(milliseconds: number): Promise<void> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds).unref();
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#isRung = false;
  }
}

const send = async (
  options: ReceiptOptions,
  { book, bell, back, asking }: Sending,
  signal: AbortSignal,
): Promise<void> => {
  const { processes, log, now = () => performance.now() } = options;
  const { pause = (milliseconds) => delay(milliseconds, undefined, { signal }) } = options;
  const sender = new Sender(options, book, now);
  let failures = 0;
  while (!signal.aborted) {
    book.runs(processes.list());
    // when nothing is left to say
    const isAsking = now() >= asking.at && !sender.hasMore;
    if (!isAsking && !sender.hasMore) {
      await bell.heard(spread(askedEachMilliseconds));
      continue;
    }
    if (isAsking) asking.at = now() + spread(askedEachMilliseconds);
    try {
      await sender.next(isAsking);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures === 1 && !signal.aborted)
        log.info({ cause: errorName(error) }, 'the backend was not told what is ready; trying again');
      // it may have been restarted, with another state
      asking.at = now();
      await back.orAfter(pause(pauseMilliseconds(failures), signal).catch(() => undefined));
    }
  }
};

/** They differ by chance, so that workers that lost a backend together do not come back together. */
const spread = (milliseconds: number): number => milliseconds * (0.8 + Math.random() * 0.4);

const pauseMilliseconds = (failures: number): number =>
  spread(Math.min(firstPauseMilliseconds * 2 ** (failures - 1), longestPauseMilliseconds));

class Sender {
  readonly #options: ReceiptOptions;
  readonly #book: ReceiptBook;
  readonly #now: () => number;
  #counter = 0;

  constructor(options: ReceiptOptions, book: ReceiptBook, now: () => number) {
    this.#options = options;
    this.#book = book;
    this.#now = now;
  }

  get hasMore(): boolean {
    return this.#book.unsaid(1).length > 0;
  }

  /** @param isAsking whether the backend is asked if it still has everything */
  async next(isAsking: boolean): Promise<void> {
    const batch = this.#batch();
    const counters = new Map<Unsaid, number>();
    const gone: string[] = [];
    const receipts = batch.flatMap((unsaid) => {
      const { said, algorithmId, readyAt } = unsaid;
      if (said === null) {
        gone.push(algorithmId);
        return [];
      }
      this.#counter += 1;
      counters.set(unsaid, this.#counter);
      const { keys, run } = this.#options;
      const about = { workerId: keys.workerId, run, counter: this.#counter, algorithmId };
      const receipt = signWorkerReceipt({ ...about, ...said }, keys.signer);
      return [{ receipt, age: Math.max(0, Math.round(this.#now() - readyAt)) }];
    });
    const kept = isAsking ? this.#book.digest() : null;
    const { refused, again } = await this.#options.backend.receipts({ receipts, gone, kept });
    for (const unsaid of batch) {
      if (refused.includes(unsaid.algorithmId)) this.#book.drop(unsaid.algorithmId);
      else this.#book.keep(unsaid, counters.get(unsaid) ?? null);
    }
    if (again) this.#book.forgetKept();
  }

  #batch(): Unsaid[] {
    const batch: Unsaid[] = [];
    let failures = 0;
    for (const unsaid of this.#book.unsaid(receiptsMaximum)) {
      failures += unsaid.said?.failures.reduce((sum, { secretIds }) => sum + secretIds.length, 0) ?? 0;
      if (batch.length > 0 && failures > failuresMaximum) break;
      batch.push(unsaid);
    }
    return batch;
  }
}
