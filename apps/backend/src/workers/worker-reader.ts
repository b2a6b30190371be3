import { setTimeout as pause } from 'node:timers/promises';
import { WorkerCheckResult, type WorkerCheckTask } from '@secret-store/api';
import { type SealedRecord, sealedRecordHash, signWorkerCheck, type WorkerCheck } from '@secret-store/sealing';
import { v7 as uuid } from 'uuid';
import type { Dependencies } from '../dependencies.ts';
import { defaultPoolId } from './default-pool.ts';

export interface WorkerQuestion extends Pick<WorkerCheck, 'providerId' | 'providerKey' | 'context' | 'expectedHash'> {
  readonly sealed: SealedRecord;
  readonly sealedForWorkers: SealedRecord | null;
}

/** Asks a worker to read with a configuration that is not in use yet. */
export interface WorkerReader {
  /** Whether a worker asked for work within the last seconds. */
  isOnline(): Promise<boolean>;
  /** The same, but waits for a worker that is starting or reconnecting. */
  comesOnline(): Promise<boolean>;
  /** Null when no worker took the question, or none answered in time. */
  check(question: WorkerQuestion): Promise<WorkerCheckResult | null>;
}

const onlineSeconds = 10;
/** A little longer than a worker waits at most between two tries to reach a backend that was away. */
const comesWithinMilliseconds = 12_000;
const takenWithinMilliseconds = 4_000;
/** Start of the plugin and two calls, each within the plugin host's deadline. */
const answeredWithinMilliseconds = 32_000;
const pollMilliseconds = 100;

/** Through the database, so that it does not matter which replica a worker asks. */
export const createWorkerReader = (deps: Pick<Dependencies, 'db' | 'keys'>): WorkerReader => ({
  isOnline: () => isOnline(deps),
  comesOnline: async () => {
    const begun = performance.now();
    while (!(await isOnline(deps))) {
      if (performance.now() - begun > comesWithinMilliseconds) return false;
      await pause(pollMilliseconds);
    }
    return true;
  },
  check: async (question) => {
    const id = uuid();
    const poolId = await defaultPoolId(deps.db.prisma);
    await deps.db.prisma.workerCheck.create({ data: { id, poolId, task: { ...taskOf(deps, id, question) } } });
    try {
      return await answerTo(deps, id);
    } finally {
      await deps.db.prisma.workerCheck.deleteMany({ where: { id } });
    }
  },
});

const isOnline = async ({ db }: Pick<Dependencies, 'db'>): Promise<boolean> => {
  const { rows } = await db.pool.query({
    name: 'worker-online',
    text: `SELECT FROM worker WHERE "poolId" = $1 AND "revokedAt" IS NULL AND "lastSeenAt" > now() - make_interval(secs => $2) LIMIT 1`,
    values: [await defaultPoolId(db.prisma), onlineSeconds],
  });
  return rows.length > 0;
};

const taskOf = ({ keys }: Pick<Dependencies, 'keys'>, checkId: string, question: WorkerQuestion) => {
  const { sealed, sealedForWorkers, ...about } = question;
  const check: WorkerCheck = {
    ...about,
    checkId,
    configurationHash: sealedRecordHash(sealed),
    workerConfigurationHash: sealedForWorkers && sealedRecordHash(sealedForWorkers),
    expiresAt: Date.now() + answeredWithinMilliseconds,
  };
  return {
    checkId,
    backendCertificate: keys.certificate,
    check: signWorkerCheck(check, keys.signer),
    sealedConfiguration: sealed,
    sealedWorkerConfiguration: sealedForWorkers,
  } satisfies WorkerCheckTask;
};

const answerTo = async ({ db }: Pick<Dependencies, 'db'>, id: string): Promise<WorkerCheckResult | null> => {
  const begun = performance.now();
  for (;;) {
    const row = await db.prisma.workerCheck.findUnique({ where: { id }, select: { takenAt: true, result: true } });
    if (row === null) return null;
    if (row.result !== null) return WorkerCheckResult.parse(row.result);
    const waited = performance.now() - begun;
    if (waited > (row.takenAt === null ? takenWithinMilliseconds : answeredWithinMilliseconds)) return null;
    await pause(pollMilliseconds);
  }
};
