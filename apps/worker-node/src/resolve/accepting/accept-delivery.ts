import {
  storedVariable,
  type WorkerDelivery,
  type WorkerDeliveryAnswer,
  type WorkerDeliveryRequest,
} from '@secret-store/api/schemas';
import {
  activationHash,
  SealingError,
  type SetBody,
  setHash,
  type VerificationKey,
  backendKeyOf,
  verifySet,
} from '@secret-store/sealing';
import { exitCode } from '../../errors/exit-code.ts';
import { AlgorithmGone, ResolveFailure } from '../../errors/resolve-failure.ts';
import type { WorkerKeys } from '../../keys/read-worker-keys.ts';
import { acceptInternalLimit } from './accept-configuration.ts';
import type { ResolveDependencies } from './resolve-dependencies.ts';

export interface AcceptedDelivery {
  /** exactly what the algorithm gets */
  readonly set: SetBody;
  readonly setHash: string;
  /** the backend's, certified by the root that this worker pins */
  readonly signerKey: VerificationKey;
  /** as it came. What else is in it is not verified yet: each value is compared with the set when it is used */
  readonly unverified: WorkerDelivery;
}

/** While the backend gives no answer, it is asked for so long where something of the algorithm is known. */
const patienceMilliseconds = 2_000;

/**
 * An algorithm's signed set, accepted only if it is genuine, the one asked for, and not outdated. Fetched from the backend,
 * unless the backend's stream vouches for the one that is held.
 */
export const acceptDelivery = async (
  deps: ResolveDependencies,
  request: WorkerDeliveryRequest,
): Promise<AcceptedDelivery> => {
  const held = deps.held.find(request);
  if (held !== null && deps.vouched.isNewest(held)) return held;
  const { moment } = deps.vouched;
  const isKnown = held !== null || deps.knownGood.has(deps.marks.idOf(request) ?? '');
  const answer = await deps.backend.delivery(
    {
      ...request,
      epoch: deps.marks.epoch,
      ...(held && { held: { set: held.setHash, activations: activationsOf(held) } }),
    },
    isKnown ? { patienceMilliseconds } : {},
  );
  const accepted = 'unchanged' in answer ? unchanged(held, answer) : verifyDelivery(deps, answer);
  return takeNewest(deps, request, { accepted, moment, epoch: answer.epoch });
};

export interface TakenDelivery {
  /** verified */
  readonly accepted: AcceptedDelivery;
  /** at which the backend said that it is the newest: see `VouchedDeliveries` */
  readonly moment: number;
  /** a restore that the backend follows */
  readonly epoch?: unknown;
}

/** @throws {ResolveFailure} where it is of another algorithm, older than what this worker has seen, or not for its pool */
export const takeNewest = async (
  deps: ResolveDependencies,
  request: Pick<WorkerDeliveryRequest, 'owner' | 'name'>,
  { accepted, moment, epoch }: TakenDelivery,
): Promise<AcceptedDelivery> => {
  const { set } = accepted;
  if (set.owner !== request.owner || set.name !== request.name) {
    throw new ResolveFailure(exitCode.unavailable, 'the backend sent the set of another algorithm');
  }
  if (set.secrets.some((entry) => !storedVariable.safeParse(entry.environmentVariable).success)) {
    throw new ResolveFailure(exitCode.unavailable, 'the backend sent an environment variable that no secret can have');
  }
  if (epoch) await deps.marks.follow(epoch).catch(notGenuine);
  await deps.marks.acceptSet(set, accepted.setHash);
  // after the mark: a set from before, which had the pool, is refused from now on
  requirePool(deps.keys, set);
  await acceptInternalLimit(deps, accepted).catch(notGenuine);
  deps.times.confirm(set.algorithmId, deps.vouched.vouch(accepted, moment));
  return accepted;
};

/**
 * A delivery that this worker kept, verified as when it came: from the root, and exactly what its marks have. One that is newer was undone
 * by a restore.
 * @throws {ResolveFailure} where it is another one
 */
export const acceptKept = async (
  deps: ResolveDependencies,
  request: Pick<WorkerDeliveryRequest, 'owner' | 'name'>,
  kept: WorkerDelivery,
): Promise<AcceptedDelivery> => {
  const accepted = verifyDelivery(deps, kept);
  const { set } = accepted;
  if (set.owner !== request.owner || set.name !== request.name)
    throw new ResolveFailure(exitCode.unavailable, 'what was kept is the set of another algorithm');
  if (!deps.marks.isNewest(set, accepted.setHash))
    throw new ResolveFailure(exitCode.unavailable, 'what was kept is not the newest set that this worker has seen');
  requirePool(deps.keys, set);
  return accepted;
};

/** A set from before pools names none: it is for the store's first pool. */
const requirePool = ({ pool }: Pick<WorkerKeys, 'pool'>, { pools }: SetBody): void => {
  if (pools === undefined ? pool.isFirst : pools.includes(pool.id)) return;
  throw new AlgorithmGone(exitCode.noPermission, "the algorithm does not run in this worker's pool");
};

/** By provider id, as the backend is told what this worker holds. */
const activationsOf = ({ unverified }: AcceptedDelivery): Record<string, string> =>
  Object.fromEntries(
    Object.entries(unverified.providers).map(([id, { activation }]) => [id, activationHash(activation)]),
  );

type Unchanged = Extract<WorkerDeliveryAnswer, { readonly unchanged: unknown }>;

/** What is held, where the backend says so of exactly this. */
const unchanged = (held: AcceptedDelivery | null, answer: Unchanged): AcceptedDelivery => {
  const { algorithmId, set } = answer.unchanged;
  if (held?.set.algorithmId === algorithmId && held.setHash === set) return held;
  throw new ResolveFailure(
    exitCode.unavailable,
    'the backend says that nothing changed in a set that this worker does not hold',
  );
};

/** @throws {ResolveFailure} where it does not come from the root */
export const verifyDelivery = ({ keys }: ResolveDependencies, delivery: WorkerDelivery): AcceptedDelivery => {
  try {
    const signerKey = backendKeyOf(delivery.backendCertificate, keys.root);
    const set = verifySet(delivery.set, signerKey);
    return { set, setHash: setHash(delivery.set), signerKey, unverified: delivery };
  } catch (error) {
    return notGenuine(error);
  }
};

const notGenuine = (error: unknown): never => {
  if (!(error instanceof SealingError)) throw error;
  throw new ResolveFailure(exitCode.unavailable, `the answer of the backend is not genuine: ${error.message}`, {
    cause: error,
  });
};
