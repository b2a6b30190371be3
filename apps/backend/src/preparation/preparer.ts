import { systemActor } from '../audit/append-audit-event.ts';
import type { Dependencies } from '../dependencies.ts';
import { describeError } from '../describe-error.ts';
import { tryAgain } from './retry-preparation.ts';

export interface Preparer {
  stop(): Promise<void>;
}

const pauseMilliseconds = 3_000;
/** Longer than any step may take: whoever ran it is gone. */
const abandonedMilliseconds = 120_000;

/** Goes on with preparations that waited for a worker, or whose backend ended in the middle. */
export const startPreparer = (deps: Dependencies): Preparer => {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const turn = async () => {
    await resumePreparations(deps).catch((error: unknown) => {
      deps.log.warn({ cause: describeError(error) }, 'preparations will be looked at again');
    });
    if (stopped) return;
    timer = setTimeout(() => {
      running = turn();
    }, pauseMilliseconds);
    timer.unref();
  };
  let running = turn();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      return running;
    },
  };
};

export const resumePreparations = async (deps: Dependencies): Promise<void> => {
  await deps.db.prisma.workerCheck.deleteMany({ where: { createdAt: { lt: new Date(Date.now() - abandonedMilliseconds) } } });
  const ready = await resumable(deps);
  if (ready.length === 0 || !(await deps.workerReader.isOnline())) return;
  for (const providerId of ready) {
    await deps.db.withLock(`provider:${providerId}`, async () => {
      // another replica, or an administrator, may have been first
      if (!(await resumable(deps)).includes(providerId)) return;
      const result = await tryAgain(deps, providerId, systemActor);
      if (result) deps.log.info({ providerId, state: result.state, step: result.step }, 'a preparation was taken up again');
    });
  }
};

const resumable = async ({ db }: Pick<Dependencies, 'db'>): Promise<string[]> => {
  const rows = await db.prisma.providerPreparation.findMany({
    where: {
      OR: [{ state: 'waiting' }, { state: 'running', changedAt: { lt: new Date(Date.now() - abandonedMilliseconds) } }],
    },
    select: { providerId: true },
  });
  return rows.map(({ providerId }) => providerId);
};
