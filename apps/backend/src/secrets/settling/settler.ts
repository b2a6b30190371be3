import type { Dependencies } from '../../dependencies.ts';
import { settleIntent } from './settle-intent.ts';

export interface Settler {
  stop(): Promise<void>;
}

const pauseMilliseconds = 5_000;
const intentsAtOnce = 100;

/**
 * Works off what crashed or failed writes left, now and from then on. At the start it does not wait for leases: a process that
 * still writes holds the secret's lock, and one that died writes no more.
 */
export const startSettler = (deps: Dependencies): Settler => {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const turn = async (due: Date | null) => {
    await settleIntents(deps, due === null ? {} : { now: due }).catch((error: unknown) => {
      deps.log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'settling will be tried again');
    });
    if (stopped) return;
    timer = setTimeout(() => {
      running = turn(new Date());
    }, pauseMilliseconds);
    timer.unref();
  };
  let running = turn(null);
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      return running;
    },
  };
};

/** Settles, one after the other, the intents that are due at this time; without a time, all. */
export const settleIntents = async (deps: Dependencies, { now }: { now?: Date }): Promise<void> => {
  const intents = await deps.db.prisma.writeIntent.findMany({
    where: { state: 'pending', ...(now === undefined ? {} : { settleAfter: { lte: now } }) },
    orderBy: { createdAt: 'asc' },
    take: intentsAtOnce,
    select: { id: true, secretId: true },
  });
  for (const intent of intents) await settleIntent(deps, intent);
};
