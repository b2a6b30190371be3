import { environmentVariable, type WorkerDelivery, type WorkerDeliveryRequest } from '@secret-store/api/schemas';
import {
  SealingError,
  type SetBody,
  setHash,
  type VerificationKey,
  verificationKeyOf,
  verifyCertificate,
  verifySet,
} from '@secret-store/sealing';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import type { ResolveDependencies } from './resolve-dependencies.ts';

export interface AcceptedDelivery {
  /** exactly what the algorithm gets */
  readonly set: SetBody;
  /** the backend's, certified by the root that this worker pins */
  readonly signerKey: VerificationKey;
  /** not verified yet: each is compared with the set when it is used */
  readonly unverified: Pick<WorkerDelivery, 'sealedValues' | 'providers'>;
}

/** Fetches an algorithm's signed set, and accepts it only if it is genuine, the one asked for, and not outdated. */
export const acceptDelivery = async (
  deps: ResolveDependencies,
  request: WorkerDeliveryRequest,
): Promise<AcceptedDelivery> => {
  const delivery = await deps.backend.delivery({ ...request, epoch: deps.marks.epoch });
  const { set, signerKey } = verify(deps, delivery);
  if (set.owner !== request.owner || set.name !== request.name) {
    throw new ResolveFailure(exitCode.unavailable, 'the backend sent the set of another algorithm');
  }
  if (set.secrets.some((entry) => !environmentVariable.safeParse(entry.environmentVariable).success)) {
    throw new ResolveFailure(exitCode.unavailable, 'the backend sent an environment variable that no secret can have');
  }
  if (delivery.epoch) await deps.marks.follow(delivery.epoch).catch(notGenuine);
  await deps.marks.acceptSet(set, setHash(delivery.set));
  return { set, signerKey, unverified: delivery };
};

const verify = ({ keys }: ResolveDependencies, delivery: WorkerDelivery) => {
  try {
    const signerKey = verificationKeyOf(verifyCertificate(delivery.backendCertificate, keys.root, 'backend'));
    return { signerKey, set: verifySet(delivery.set, signerKey) };
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
