import type { Logger } from 'pino';
import { describeError } from '../describe-error.ts';
import type { ChainHead } from './state/chain-head.ts';
import type { Ledger } from './ledger.ts';

/** What other backends committed is seen at least this often, and beats follow it: see `WorkerStreams`. */
const readEachMilliseconds = 1_000;
/** Events of commits that come close together go into the chain together: a batch is a commit of its own, with six statements. */
const gatherMilliseconds = 40;
/** Not each batch: a head costs two flushes of the disk. */
const rememberMilliseconds = 1_000;

export interface Chaining {
  /** Chains what is left, writes a checkpoint and remembers the head. */
  stop(): Promise<void>;
}

export interface ChainingDependencies {
  readonly ledger: Ledger;
  readonly log: Logger;
  /** to and from other backends on the database; without them each hears of the others within a second */
  readonly notices?: {
    on(notice: 'changed', look: () => void): void;
    send(notice: 'changed'): void;
  };
}

/** Keeps the audit chain going: moves events into it, follows other backends, remembers its head in the backend's folder. */
export const startChaining = ({ ledger, log, notices }: ChainingDependencies): Chaining => {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let isTroubled = false;
  let running = Promise.resolve();
  let remembered: ChainHead | null = null;
  let rememberedAt = Number.NEGATIVE_INFINITY;

  const remember = async (): Promise<void> => {
    const { head } = ledger.chain;
    if (head.sequence === 0 || (head.hash === remembered?.hash && head.epoch === remembered.epoch)) return;
    await ledger.folder.writeHead(head);
    remembered = head;
    rememberedAt = performance.now();
  };

  let regularAt = Number.NEGATIVE_INFINITY;
  const turn = async (): Promise<void> => {
    const begunAt = performance.now();
    if (begunAt >= regularAt) regularAt = begunAt + readEachMilliseconds;
    try {
      await ledger.follow();
      ledger.standing.observe(ledger.chain.state);
      if (performance.now() - rememberedAt > rememberMilliseconds) await remember();
      isTroubled = false;
    } catch (error) {
      if (!isTroubled)
        log.warn({ cause: describeError(error) }, 'the audit chain was not written and will be tried again');
      isTroubled = true;
    }
  };

  let isWaiting = false;
  /** Soon, and once for all who ask while it has not begun. */
  const turnNext = (): void => {
    if (isWaiting || isStopped) return;
    isWaiting = true;
    running = running
      .then(() => {
        isWaiting = false;
        return turn();
      })
      .then(() => schedule(pauseMilliseconds()));
  };
  const pauseMilliseconds = (): number =>
    ledger.chain.hasUnchained && !isTroubled ? gatherMilliseconds : Math.max(0, regularAt - performance.now());
  const schedule = (milliseconds: number): void => {
    if (isStopped) return;
    clearTimeout(timer);
    timer = setTimeout(turnNext, milliseconds);
    timer.unref();
  };

  // reading raises what the other committed, and chaining it is the other's part; what fails is read by the next turn
  notices?.on('changed', () => void ledger.chain.read().catch(() => undefined));

  let isGathering = false;
  ledger.onCommitted(() => {
    notices?.send('changed');
    if (isGathering || isStopped) return;
    isGathering = true;
    setTimeout(() => {
      isGathering = false;
      turnNext();
    }, gatherMilliseconds).unref();
  });
  schedule(0);

  return {
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await running;
      await ledger.flush();
      await ledger.chain.checkpoint();
      await remember();
    },
  };
};
