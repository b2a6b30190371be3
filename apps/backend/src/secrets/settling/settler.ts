import type { Dependencies } from '../../dependencies.ts';
import { describeError } from '../../describe-error.ts';
import { repeatEvery, type Repetition } from '../../repeat-every.ts';
import { settleIntent } from './settle-intent.ts';

const pauseMilliseconds = 5_000;
const intentsAtOnce = 100;

/**
 * Works off what crashed or failed writes left, now and from then on. At the start it does not wait for leases: a process that
 * still writes holds the secret's lock. What one that died has sent may still land, so the vault is asked again later.
 */
export const startSettler = (deps: Dependencies): Repetition => {
  let isFirst = true;
  const settleDue = (): Promise<void> => {
    const due = isFirst ? {} : { now: new Date() };
    isFirst = false;
    return settleIntents(deps, due);
  };
  return repeatEvery(pauseMilliseconds, settleDue, (error) => {
    deps.log.warn({ cause: describeError(error) }, 'settling failed and will be tried again');
  });
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
