import { setTimeout as pause } from 'node:timers/promises';
import type { WorkerCheckTask } from '@secret-store/api';
import { Prisma } from '@secret-store/db';
import {
  type SealedRecord,
  sealedRecordHash,
  signWorkerCheck,
  type WorkerAnswer,
  type WorkerCheck,
} from '@secret-store/sealing';
import { v7 as uuid } from 'uuid';
import type { Dependencies } from '../dependencies.ts';
import { type AskedCheck, genuineAnswer } from './check-answer.ts';

export interface WorkerQuestion extends Pick<
  WorkerCheck,
  'providerId' | 'providerKey' | 'context' | 'expectedHash' | 'onlyVersion'
> {
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
  check(question: WorkerQuestion): Promise<WorkerAnswer | null>;
}

/** A little longer than a worker waits at most between two questions. */
const onlineSeconds = 15;
/** A little longer than a worker waits at most between two tries to reach a backend that was away. */
const comesWithinMilliseconds = 12_000;
const takenWithinMilliseconds = 4_000;
/** Start of the plugin and two calls, each within the plugin host's deadline. */
const answeredWithinMilliseconds = 32_000;
const pollMilliseconds = 100;

interface ReaderDependencies extends Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools' | 'log'> {
  /** a question for workers of this pool waits in the database */
  readonly onAsked: (poolId: string) => void;
}

/** Through the database, so that it does not matter which replica a worker asks. */
export const createWorkerReader = (deps: ReaderDependencies): WorkerReader => ({
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
    const poolId = deps.pools.firstPoolId;
    await deps.db.prisma.workerCheck.create({ data: { id, poolId, task: { ...taskOf(deps, id, question) } } });
    deps.onAsked(poolId);
    try {
      return await answerTo(deps, { checkId: id, poolId });
    } finally {
      await deps.db.prisma.workerCheck.deleteMany({ where: { id } });
    }
  },
});

const isOnline = async (deps: Pick<Dependencies, 'db' | 'pools'>): Promise<boolean> => {
  const { rows } = await deps.db.pool.query({
    name: 'worker-online',
    text: `SELECT FROM worker WHERE "poolId" = $1 AND "revokedAt" IS NULL AND "stoppedAt" IS NULL
             AND "lastSeenAt" > now() - make_interval(secs => $2) LIMIT 1`,
    values: [deps.pools.firstPoolId, onlineSeconds],
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

const answerTo = async (deps: ReaderDependencies, asked: AskedCheck): Promise<WorkerAnswer | null> => {
  const { workerCheck } = deps.db.prisma;
  const begun = performance.now();
  const where = { id: asked.checkId };
  for (;;) {
    const row = await workerCheck.findUnique({ where, select: { takenAt: true, result: true } });
    if (row === null) return null;
    if (row.result !== null) {
      const answer = await genuineAnswer(deps, asked, row.result);
      if (answer !== null) return answer;
      // a worker may still answer
      await workerCheck.updateMany({
        where: { ...where, result: { equals: row.result } },
        data: { result: Prisma.DbNull },
      });
    }
    const waited = performance.now() - begun;
    const isTaken = row.takenAt !== null;
    if (waited > (isTaken ? answeredWithinMilliseconds : takenWithinMilliseconds)) {
      deps.log.warn({ checkId: asked.checkId, isTaken }, 'no worker answered a check in time');
      return null;
    }
    await pause(pollMilliseconds);
  }
};
