import { ApiError } from '@secret-store/api';
import { systemActor } from '../audit/audit-entry.ts';
import { providerLock } from '../configurations/stored-provider.ts';
import type { Dependencies } from '../dependencies.ts';
import { describeError } from '../describe-error.ts';
import { repeatEvery, type Repetition } from '../repeat-every.ts';
import { failPreparation } from './trial/preparation-log.ts';
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
    await resume(deps, providerId).catch((error: unknown) => {
      deps.log.warn({ providerId, cause: describeError(error) }, 'resuming a preparation failed');
    });
  }
};

const resume = (deps: Dependencies, providerId: string): Promise<void> =>
  deps.db.withLock(providerLock(providerId), () => resumeLocked(deps, providerId), { isPatient: true });

const resumeLocked = async (deps: Dependencies, providerId: string): Promise<void> => {
  // another replica, or an administrator, may have been first
  if (!(await resumable(deps)).includes(providerId)) return;
  try {
    const result = await tryAgain(deps, providerId, systemActor);
    if (result === null) return await failPreparation(deps, providerId, 'There is nothing left to test.');
    deps.log.info({ providerId, state: result.state, step: result.step }, 'a preparation was taken up again');
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // its module may not run, or its configuration does not open: the next try would end likewise
    await failPreparation(deps, providerId, error.message);
  }
};

/** Those that wait, and those whose backend is gone. What the rows of anybody else say starts nothing. */
const resumable = async ({ db, ledger }: Pick<Dependencies, 'db' | 'ledger'>): Promise<string[]> => {
  const abandoned = new Date(Date.now() - abandonedMilliseconds);
  const rows = await db.prisma.providerPreparation.findMany({
    where: { OR: [{ state: 'waiting' }, { state: 'running', changedAt: { lt: abandoned } }] },
  });
  return (await ledger.genuineAll('preparation', rows))
    .filter(({ state }) => state === 'waiting' || state === 'running')
    .map(({ providerId }) => providerId);
};
