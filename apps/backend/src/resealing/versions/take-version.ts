import type { WorkerVersionAnswer, WorkerVersionRequest, WorkerVersionTask } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { envelopeSchema, SealingError, verifyVersionQuestion, type VersionQuestion } from '@secret-store/sealing';
import { z } from 'zod';
import { passRefused } from '../../rows/row-refused.ts';
import { SetIntegrityError } from '../../sets/set-integrity-error.ts';
import { readCommitted, verifiedSet } from '../../sets/verified-set.ts';
import type { WorkerIdentity } from '../../workers/authentication/find-member.ts';
import { poolsOf } from '../../workers/pools/pools-of.ts';
import type { Dependencies } from '../../dependencies.ts';
import { type ValuePlace, placeKey } from '../pending/sealed-places.ts';
import { storedValues } from '../stored-values.ts';
import { lackingLogs } from '../take-reseal.ts';
import { wantedRecipients } from '../wanted-recipients.ts';

type TakeDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools' | 'sets' | 'log'>;

const StoredQuestion = z.object({ versionQuestion: envelopeSchema });
type StoredQuestion = z.infer<typeof StoredQuestion>;

interface Taken {
  readonly id: string;
  readonly task: unknown;
}

/** Gives the oldest question of the worker's pool to this worker alone, with what it needs. One that no backend asked is dropped. */
export const takeVersion = async (
  deps: TakeDependencies,
  { poolId }: Pick<WorkerIdentity, 'poolId'>,
  { held }: WorkerVersionRequest,
): Promise<WorkerVersionAnswer> => {
  for (;;) {
    const taken = await takeOldest(deps, poolId);
    if (taken === null) return { task: null };
    const task = await taskOf(deps, taken, held);
    if (task !== null) return { task };
    await deps.db.prisma.workerCheck.deleteMany({ where: { id: taken.id } });
  }
};

const takeOldest = async ({ db }: TakeDependencies, poolId: string): Promise<Taken | null> => {
  const [row] = await rowsOf<Taken>(db.pool, {
    text: `UPDATE worker_check SET "takenAt" = now() WHERE id = (
        SELECT id FROM worker_check WHERE "poolId" = $1::uuid AND "takenAt" IS NULL AND task -> 'versionQuestion' IS NOT NULL
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
      ) RETURNING id, task`,
    values: [poolId],
  });
  return row ?? null;
};

/** Null where no backend asks this, nobody waits for it any more, or the value is not there. */
const taskOf = async (
  deps: TakeDependencies,
  { id, task }: Taken,
  held: WorkerVersionRequest['held'],
): Promise<WorkerVersionTask | null> => {
  const stored = StoredQuestion.safeParse(task).data;
  const question = stored && genuineQuestion(deps, id, stored);
  if (!stored || !question) return null;
  const { algorithmId, secretId, version } = question;
  const algorithm = await deps.ledger.read('algorithm', algorithmId).catch(passRefused);
  const set = algorithm && (await verifiedSet(deps, readCommitted(deps), algorithmId).catch(passDamaged));
  if (!algorithm || !set) return null;
  const place: ValuePlace = { kind: 'value', algorithmId, secretId, version };
  const record = (await storedValues(readCommitted(deps), [place])).get(placeKey(place));
  const wanted = await wantedRecipients(deps, poolsOf(algorithm));
  if (record === undefined || wanted === null) return null;
  return {
    questionId: id,
    backendCertificate: deps.keys.certificate,
    question: stored.versionQuestion,
    set: envelopeSchema.parse(set.envelope),
    record,
    recipients: wanted.map(({ poolId, key }) => ({ poolId, keyId: key.keyId })),
    logs: await lackingLogs(
      deps,
      wanted.map(({ poolId }) => poolId),
      held,
    ),
  };
};

const genuineQuestion = (
  { keys, log }: TakeDependencies,
  id: string,
  { versionQuestion: envelope }: StoredQuestion,
): VersionQuestion | null => {
  try {
    const question = verifyVersionQuestion(envelope, keys.verificationKey, new Date());
    if (question.questionId === id) return question;
    throw new SealingError('BAD_SIGNATURE', 'the question stands in the row of another one');
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    if (error.code !== 'EXPIRED')
      log.warn({ questionId: id, problem: error.code }, 'dropped a question that no backend asked');
    return null;
  }
};

const passDamaged = (error: unknown): null => {
  if (error instanceof SetIntegrityError) return null;
  throw error;
};
