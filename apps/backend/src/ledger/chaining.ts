import type { Logger } from 'pino';
import { describeError } from '../describe-error.ts';
import type { ChainHead } from './state/chain-head.ts';
import type { Ledger } from './ledger.ts';

/** What other backends committed is seen at least this often. */
const pauseMilliseconds = 500;
/** Events of commits that come close together go into the chain together. */
const gatherMilliseconds = 20;
/** Not each batch: a head costs two flushes of the disk. */
const rememberMilliseconds = 1_000;

export interface Chaining {
  /** Chains what is left, writes a checkpoint and remembers the head. */
  stop(): Promise<void>;
}

/** Keeps the audit chain going: moves events into it, follows other backends, remembers its head in the backend's folder. */
export const startChaining = ({ ledger, log }: { readonly ledger: Ledger; readonly log: Logger }): Chaining => {
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

  const turn = async (): Promise<void> => {
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

  const schedule = (milliseconds: number): void => {
    if (isStopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = turn().then(() =>
        schedule(ledger.chain.hasUnchained && !isTroubled ? gatherMilliseconds : pauseMilliseconds),
      );
    }, milliseconds);
    timer.unref();
  };

  let isGathering = false;
  ledger.onCommitted(() => {
    if (isGathering || isStopped) return;
    isGathering = true;
    setTimeout(() => {
      isGathering = false;
      running = running.then(turn);
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
