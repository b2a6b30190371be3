import { ApiError } from '@secret-store/api';
import {
  isSignedRequest,
  type PlainRequest,
  readSignedRequest,
  type ReceivedRequest,
  type RequestHeaders,
} from '@secret-store/sealing';
import { rowsOf } from '@secret-store/db';
import type { Dependencies } from '../dependencies.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { passRefused } from '../rows/row-refused.ts';
import { selection } from '../rows/row-statements.ts';
import { findMember, type WorkerIdentity } from './authentication/find-member.ts';
import { RequestValues, type ValueClocks } from './authentication/request-values.ts';
import { SeenRequests } from './authentication/seen-requests.ts';
import { type RunVerdict, WorkerRuns } from './authentication/worker-runs.ts';
import { createNoteSeen } from './note-seen.ts';

type WorkerRequest = PlainRequest & { readonly headers: RequestHeaders };

/** Reads the row of the worker that has the key; null where there is none. The row need not be genuine. */
export type ReadWorker = (keyId: string) => Promise<Rows['worker'] | null>;

/** Who asks, or why nobody is answered, and the value over which this worker signs its next request; empty for none. */
type WorkerAuthentication =
  { readonly worker: WorkerIdentity; readonly value: string } | { readonly refusal: ApiError; readonly value: string };

/** @param readWorker reads the row together with something else; by its own statement when left out */
export type AuthenticateWorker = (request: WorkerRequest, readWorker?: ReadWorker) => Promise<WorkerAuthentication>;

const selectWorker = `SELECT ${selection('worker')} FROM worker WHERE "keyId" = $1`;

/**
 * @returns a function that tells which worker signed a request. It asks the database once: the worker's row is believed only through
 * the row memory. Only the owner of a worker's key is told more than that it is none.
 */
export const createAuthenticateWorker = (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools' | 'log'>,
  clocks: ValueClocks = {},
): AuthenticateWorker => {
  const noteSeen = createNoteSeen(deps);
  const values = new RequestValues(deps.keys.keyRing, clocks);
  const runs = new WorkerRuns(deps);
  const seen = new SeenRequests();
  const byKey: ReadWorker = async (keyId) => {
    const [row] = await rowsOf<Rows['worker']>(deps.db.pool, { text: selectWorker, values: [keyId] });
    return row ?? null;
  };

  const judge = async (row: Rows['worker'], request: ReceivedRequest): Promise<RunVerdict> => {
    const judged = await runs.judge(row, request, values.read(request.keyId, request.value));
    if (judged.verdict !== 'current') return judged;
    const sighting = seen.see(row.id, request);
    if (sighting === 'other') return runs.stop({ ...row, ...judged.newest }, request, 'two-requests');
    return sighting === 'again' ? { ...judged, verdict: 'outdated' } : judged;
  };

  return async (request, readWorker = byKey) => {
    const received = readSignedRequest(request);
    if (received === null) return refused(noWorker());
    const found = await readWorker(received.keyId);
    const row = found === null ? null : await deps.ledger.genuine('worker', found).catch(passRefused);
    const worker = row === null ? null : await findMember(deps, row);
    if (row === null || worker === null || !isSignedRequest(received, worker.key)) {
      deps.log.warn({ keyId: received.keyId }, 'a request signed with this key is not from a worker of this store');
      return refused(noWorker());
    }
    if (row.revokedAt !== null || worker.isRevoked)
      return refused(new ApiError('WorkerRevoked', 'This worker was revoked.'));
    if (row.stoppedAt !== null) return refused(stopped());
    const { verdict, newest } = await judge(row, received);
    if (verdict === 'stopped') return refused(stopped());
    const value = values.give(received.keyId, newest);
    if (verdict === 'outdated') return refused(outdated(), value);
    await noteSeen(worker.workerId);
    return { worker, value };
  };
};

const refused = (refusal: ApiError, value = ''): WorkerAuthentication => ({ refusal, value });

const noWorker = (): ApiError =>
  new ApiError('NotAuthenticated', 'The request is not signed by a worker of this store.');

const stopped = (): ApiError =>
  new ApiError('WorkerStopped', "A copy of this worker's folder was used. Remove the folder and join again.");

const outdated = (): ApiError =>
  new ApiError(
    'RequestOutdated',
    'The request was seen before, or is signed over an old value. Sign it over the one of this answer.',
  );
