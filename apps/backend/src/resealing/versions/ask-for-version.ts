import { setTimeout as pause } from 'node:timers/promises';
import { GivenVersion, type VersionFailure } from '@secret-store/api';
import { Prisma, rowsOf } from '@secret-store/db';
import { type SealedRecord, SealingError, signVersionQuestion, verifySealedRecord } from '@secret-store/sealing';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import { passRefused } from '../../rows/row-refused.ts';
import type { WorkerIdentity } from '../../workers/authentication/find-member.ts';

/** Which value is to be sealed, and as what. */
interface WantedVersion {
  readonly algorithmId: string;
  readonly secretId: string;
  /** whose value */
  readonly version: number;
  /** of its sealed record */
  readonly hash: string;
  /** it is sealed as the one after this */
  readonly current: number;
  /** ids of the pools whose workers have the algorithm */
  readonly pools: readonly string[];
}

export type AnsweredVersion =
  | { readonly record: SealedRecord; readonly sealer: WorkerIdentity }
  | { readonly failure: VersionFailure | 'no-worker' | 'no-answer' };

/** Asks a worker to seal an earlier value as the next version. This backend cannot open it. */
export interface VersionAsker {
  /** What comes back is signed by a worker of the asked pool, and not yet compared with what was asked. */
  ask(wanted: WantedVersion): Promise<AnsweredVersion>;
}

/** As the row of a question has it. Believed only when it verifies. */
const StoredVersion = z.object({ workerId: z.uuid(), result: GivenVersion.shape.result });

/** A little longer than a worker is silent at most. */
const onlineSeconds = 15;
const answeredWithinMilliseconds = 10_000;
/** Longer, as the clocks of two machines differ: who asked takes no answer any more by then. */
const expiresAfterMilliseconds = 60_000;
const lookEachMilliseconds = 50;

interface AskerDependencies extends Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools' | 'log'> {
  /** a question for workers of this pool waits in the database */
  readonly onAsked: (poolId: string) => void;
}

/** Through the database, so that it does not matter which replica a worker asks. When this returns, no answer counts any more. */
export const createVersionAsker = (deps: AskerDependencies): VersionAsker => ({
  ask: async (wanted) => {
    const poolId = await onlinePool(deps, wanted.pools);
    if (poolId === null) return { failure: 'no-worker' };
    const id = uuid();
    const { pools: _, ...about } = wanted;
    const expiresAt = Date.now() + expiresAfterMilliseconds;
    const question = signVersionQuestion({ ...about, questionId: id, expiresAt }, deps.keys.signer);
    await deps.db.prisma.workerCheck.create({ data: { id, poolId, task: { versionQuestion: { ...question } } } });
    deps.onAsked(poolId);
    try {
      return await answerTo(deps, { id, poolId });
    } finally {
      await deps.db.prisma.workerCheck.deleteMany({ where: { id } });
    }
  },
});

/** That of the worker that was seen last. */
const onlinePool = async ({ db }: Pick<Dependencies, 'db'>, poolIds: readonly string[]): Promise<string | null> => {
  const [row] = await rowsOf<{ readonly poolId: string }>(db.pool, {
    text: `SELECT "poolId" FROM worker WHERE "poolId" = ANY($1::uuid[]) AND "revokedAt" IS NULL AND "stoppedAt" IS NULL
      AND "lastSeenAt" > now() - make_interval(secs => $2) ORDER BY "lastSeenAt" DESC LIMIT 1`,
    values: [poolIds, onlineSeconds],
  });
  return row?.poolId ?? null;
};

interface Asked {
  readonly id: string;
  readonly poolId: string;
}

const answerTo = async (deps: AskerDependencies, asked: Asked): Promise<AnsweredVersion> => {
  const { workerCheck } = deps.db.prisma;
  const begun = performance.now();
  const where = { id: asked.id };
  while (performance.now() - begun < answeredWithinMilliseconds) {
    const row = await workerCheck.findUnique({ where, select: { result: true } });
    if (row === null) break;
    if (row.result !== null) {
      const answer = await genuineAnswer(deps, asked, row.result);
      if (answer !== null) return answer;
      deps.log.warn({ questionId: asked.id }, 'refused a sealed version that no worker of the pool gave');
      // a worker may still answer
      await workerCheck.updateMany({
        where: { ...where, result: { equals: row.result } },
        data: { result: Prisma.DbNull },
      });
    }
    await pause(lookEachMilliseconds);
  }
  return { failure: 'no-answer' };
};

/** Null where no living worker of the asked pool signed it. */
const genuineAnswer = async (
  { ledger, pools }: AskerDependencies,
  { poolId }: Asked,
  stored: unknown,
): Promise<AnsweredVersion | null> => {
  const parsed = StoredVersion.safeParse(stored);
  if (!parsed.success) return null;
  const { workerId, result } = parsed.data;
  const member = (await pools.log(poolId))?.living(workerId) ?? null;
  const row = await ledger.read('worker', workerId).catch(passRefused);
  if (member === null || row === null || row.revokedAt !== null) return null;
  if ('failure' in result) return result;
  const record = verified(result.record, member.key);
  return record && { record, sealer: { workerId, poolId, key: member.key } };
};

const verified = (record: unknown, signerKey: WorkerIdentity['key']): SealedRecord | null => {
  try {
    return verifySealedRecord({ record, signerKey });
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    return null;
  }
};
