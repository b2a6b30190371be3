import { Semaphore } from 'async-mutex';

/** As many as when an algorithm's secrets are removed. */
const vaultCallsAtOnce = 8;

export interface Failed<Item> {
  readonly item: Item;
  readonly error: unknown;
}

export interface Outcomes<Item, Result> {
  readonly done: readonly { readonly item: Item; readonly result: Result }[];
  readonly failed: readonly Failed<Item>[];
  /** not started, since another had failed by then */
  readonly notAsked: readonly Item[];
}

/**
 * Asks vaults for all of these, several at once, until one of them fails.
 * @param ask calls what it is given where it knows of its failure before it ends
 */
export const inTurns = async <Item, Result>(
  items: readonly Item[],
  ask: (item: Item, stop: () => void) => Promise<Result>,
): Promise<Outcomes<Item, Result>> => {
  const turns = new Semaphore(vaultCallsAtOnce);
  const done: { item: Item; result: Result }[] = [];
  const failed: Failed<Item>[] = [];
  const notAsked: Item[] = [];
  let isStopped = false;
  const stop = () => {
    isStopped = true;
  };
  const askInTurn = async (item: Item): Promise<void> => {
    if (isStopped) {
      notAsked.push(item);
      return;
    }
    try {
      done.push({ item, result: await ask(item, stop) });
    } catch (error) {
      stop();
      failed.push({ item, error });
    }
  };
  await Promise.all(items.map((item) => turns.runExclusive(() => askInTurn(item))));
  return { done, failed, notAsked };
};
