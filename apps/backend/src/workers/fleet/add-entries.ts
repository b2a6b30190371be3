import { createHash } from 'node:crypto';
import { ApiError, type PoolLogAddition } from '@secret-store/api';
import { envelopeSchema, foundingSchema } from '@secret-store/sealing';
import { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import type { WorkerIdentity } from '../authentication/find-member.ts';
import { appendToLog, type LogAddition } from '../pools/append-to-log.ts';
import type { AppendedEntries } from '../pools/pool-logs.ts';
import { keepMarks } from './join-requests.ts';

type AddDependencies = Pick<Dependencies, 'db' | 'ledger' | 'pools'>;

type Addition = z.output<typeof PoolLogAddition>;

const Signed = z.object({ founding: foundingSchema, entries: z.array(envelopeSchema) });

/** @throws {ApiError} 6001 when founding or entries are not well formed */
export const readAddition = ({ poolId, from, ...signed }: Addition): LogAddition => {
  const read = Signed.safeParse(signed);
  if (read.success) return { poolId, from, ...read.data };
  throw new ApiError('InputValidationError', "The entries for the pool's log are not well formed.");
};

/**
 * Adds what a worker hands over to the log of a pool that it knows. Who may sign what is for the log: also what others signed is
 * taken, so that a backend whose database was restored gets back what it lacks.
 * @throws {ApiError} 2001 for a pool that is no concern of the worker, and as `appendToLog`
 */
export const addEntries = async (
  deps: AddDependencies,
  worker: Pick<WorkerIdentity, 'workerId' | 'poolId'>,
  addition: Addition,
): Promise<{ readonly number: number }> => {
  if (!(await concerns(deps, worker, addition.poolId)))
    throw new ApiError('NotAuthorized', "This worker's pool has not taken in that pool.");
  const read = readAddition(addition);
  const log = await appendToLog(deps, { type: 'worker', id: worker.workerId }, read, (changes, { log }) =>
    keepAllMarks(changes, log, addition),
  );
  return { number: log.head.number };
};

const concerns = async (
  { pools }: AddDependencies,
  { poolId: own }: Pick<WorkerIdentity, 'poolId'>,
  poolId: string,
): Promise<boolean> =>
  own === poolId ||
  own === pools.firstPoolId ||
  poolId === pools.firstPoolId ||
  (await pools.log(own))?.state.admitted.has(poolId) === true;

/** @throws {ApiError} 6001 where the marks are not those whose hash stands in the entry */
const keepAllMarks = async (
  changes: Change,
  { poolId, state }: AppendedEntries['log'],
  { from, marks }: Addition,
): Promise<void> => {
  for (const [workerId, text] of Object.entries(marks)) {
    const member = state.members.get(workerId);
    const hash = createHash('sha256').update(text).digest('hex');
    if (member === undefined || member.joinedAt <= from || member.marks !== hash)
      throw new ApiError('InputValidationError', 'The marks are not those whose hash the entry of the worker has.');
    await changes.write('join_request', keepMarks(poolId, workerId, text));
  }
};
