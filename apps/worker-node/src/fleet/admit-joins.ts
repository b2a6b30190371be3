import type { WaitingJoin, WorkerFleetAnswer } from '@secret-store/api/schemas';
import {
  type Envelope,
  envelopeSchema,
  type JoinRequest,
  joinRequestSignerId,
  keysForNewcomer,
  type NewWorker,
  nextPoolEntry,
  openIdentityJoin,
  type PoolLog,
  SealingError,
  type VerificationKey,
  verifyJoinRequest,
  verifyOwnJoinRequest,
} from '@secret-store/sealing';
import { collectMarks, marksHash } from '../state/handed-marks.ts';
import { appendToPool, type NextEntries } from './append-to-pool.ts';
import type { FleetDependencies } from './fleet-dependencies.ts';
import { openToken } from './open-token.ts';
import { identityProblem } from './identity/verify-identity-token.ts';

/** Why this pool lets a worker not in. The worker is told. */
class NotLetIn extends Error {}

/** Lets workers in whose join token is genuine, has uses left and has not ended; tells the others why not. */
export const admitJoins = async (
  deps: FleetDependencies,
  { joins }: Pick<WorkerFleetAnswer, 'joins'>,
): Promise<void> => {
  for (const waiting of joins) {
    try {
      await admit(deps, waiting);
    } catch (error) {
      if (!(error instanceof NotLetIn)) throw error;
      await deps.backend.refuseJoin({ workerId: waiting.workerId, reason: error.message });
    }
  }
};

const admit = async (deps: FleetDependencies, waiting: WaitingJoin): Promise<void> => {
  // the backend believes it, so its invitation is in entries that have not come yet
  if (isUnknown(deps, waiting)) return;
  const { keys } = deps;
  const log = await appendToPool(deps, keys.pool.id, async (held) => {
    // another member may have let it in
    if (held.state.members.has(waiting.workerId)) return null;
    return entryFor(deps, held, waiting);
  });
  const name = log.living(waiting.workerId)?.name;
  deps.log.info({ workerId: waiting.workerId, name }, 'this worker is in the pool');
};

const isUnknown = ({ logs, keys }: FleetDependencies, { request }: WaitingJoin): boolean => {
  const { data: envelope } = envelopeSchema.safeParse(request);
  return envelope !== undefined && logs.log(keys.pool.id)?.tokenState(joinRequestSignerId(envelope)) === 'unknown';
};

const entryFor = async (deps: FleetDependencies, log: PoolLog, waiting: WaitingJoin): Promise<NextEntries> => {
  const { keys, logs, seen } = deps;
  const { request, use, identityId } =
    waiting.request === null ? await byIdentity(deps, log, waiting) : byToken(deps, log, waiting);
  const { currentKey } = log;
  if (currentKey === null || !keys.poolKeys.has(currentKey.keyId) || log.needsKey)
    throw new Error('this worker cannot give the key of the pool yet');
  const marks = await collectMarks(
    seen,
    logs.all.map(({ poolId, head }) => ({ poolId, ...head })),
  );
  const action = {
    ...{ kind: 'join' as const, request: request.envelope, identityId, use },
    keys: await keysForNewcomer(log, request.worker, keys.openingKeys),
    marks: marksHash(marks),
  };
  return { entries: [nextPoolEntry(log, action, keys.signer)], marks: { [request.worker.workerId]: marks } };
};

interface VerifiedJoin {
  readonly request: { readonly worker: NewWorker; readonly envelope: Envelope };
  /** of the token; null where an identity lets it in */
  readonly use: number | null;
  readonly identityId: string | null;
}

/** @throws {NotLetIn} */
const byToken = (deps: FleetDependencies, log: PoolLog, { workerId, request }: WaitingJoin): VerifiedJoin => {
  const { data: envelope } = envelopeSchema.safeParse(request);
  if (envelope === undefined) throw new NotLetIn('the request to join has an unknown form');
  const { now = () => new Date() } = deps;
  const open = openToken(log, joinRequestSignerId(envelope), now());
  if (typeof open === 'string') throw new NotLetIn(open);
  const { worker, poolId } = genuine(envelope, open.key);
  if (worker.workerId !== workerId || poolId !== log.poolId)
    throw new NotLetIn('the request to join is for another worker or another pool');
  return { request: { worker, envelope }, use: open.used + 1, identityId: null };
};

/** @throws {NotLetIn} */
const byIdentity = async (deps: FleetDependencies, log: PoolLog, waiting: WaitingJoin): Promise<VerifiedJoin> => {
  const { workerId, sealed } = waiting;
  const place = { poolId: log.poolId, workerId };
  const {
    identityId,
    token,
    request: envelope,
  } = orNotLetIn(() => openIdentityJoin(sealed, place, deps.keys.openingKeys));
  const { worker, poolId } = orNotLetIn(() => verifyOwnJoinRequest(envelope));
  if (worker.workerId !== workerId || poolId !== log.poolId)
    throw new NotLetIn('the request to join is for another worker or another pool');
  const identity = log.state.identities.get(identityId);
  if (identity === undefined) throw new NotLetIn('the pool does not trust this identity: make a new one with invite');
  const problem = await identityProblem(token, identity);
  if (problem !== null) throw new NotLetIn(problem);
  return { request: { worker, envelope }, use: null, identityId };
};

const genuine = (envelope: Envelope, key: VerificationKey): JoinRequest =>
  orNotLetIn(() => verifyJoinRequest(envelope, key));

const orNotLetIn = <Result>(verify: () => Result): Result => {
  try {
    return verify();
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    throw new NotLetIn(`the request to join is not genuine: ${error.message}`, { cause: error });
  }
};
