import { systemActor } from '../audit/append-audit-event.ts';
import { providerLock } from '../configurations/stored-provider.ts';
import type { Dependencies } from '../dependencies.ts';
import { describeError } from '../describe-error.ts';
import { repeatEvery, type Repetition } from '../repeat-every.ts';
import { tryAgain } from './retry-preparation.ts';

const pauseMilliseconds = 3_000;
/** Longer than any step may take: the process that ran it is gone. */
const abandonedMilliseconds = 120_000;

/** Goes on with preparations that waited for a worker, or whose backend ended in the middle. */
export const startPreparer = (deps: Dependencies): Repetition =>
  repeatEvery(
    pauseMilliseconds,
    () => resumePreparations(deps),
    (error) => {
      deps.log.warn({ cause: describeError(error) }, 'resuming preparations failed and will be tried again');
    },
  );

export const resumePreparations = async (deps: Dependencies): Promise<void> => {
  await deps.db.prisma.workerCheck.deleteMany({
    where: { createdAt: { lt: new Date(Date.now() - abandonedMilliseconds) } },
  });
  const ready = await resumable(deps);
  if (ready.length === 0 || !(await deps.workerReader.isOnline())) return;
  for (const providerId of ready) {
    await deps.db.withLock(providerLock(providerId), async () => {
      // another replica, or an administrator, may have been first
      if (!(await resumable(deps)).includes(providerId)) return;
      const result = await tryAgain(deps, providerId, systemActor);
      if (result)
        deps.log.info({ providerId, state: result.state, step: result.step }, 'a preparation was taken up again');
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
