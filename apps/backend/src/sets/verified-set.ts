import type { Prisma } from '@secret-store/db';
import { SealingError, type SetBody, verifySet } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import { SetIntegrityError } from './set-integrity-error.ts';

/**
 * The algorithm's last set, as this backend signed it; null where it never had one and has no secrets.
 * @throws {SetIntegrityError} when it is missing or is not the one that was signed
 */
export const verifiedSet = async (
  deps: Pick<Dependencies, 'keys'>,
  tx: Prisma.TransactionClient,
  algorithmId: string,
): Promise<SetBody | null> => {
  const last = await tx.signedSet.findFirst({ where: { algorithmId }, orderBy: { number: 'desc' } });
  if (last === null) {
    if ((await tx.secret.count({ where: { algorithmId } })) > 0) throw new SetIntegrityError(algorithmId, 'missing');
    return null;
  }
  const set = genuineSet(deps, algorithmId, last.envelope);
  if (set.number !== last.number) throw new SetIntegrityError(algorithmId, 'misplaced');
  return set;
};

/** @throws {SetIntegrityError} when the envelope is not one that this backend signed for the algorithm */
export const genuineSet = (deps: Pick<Dependencies, 'keys'>, algorithmId: string, envelope: unknown): SetBody => {
  const set = signedSet(deps, algorithmId, envelope);
  if (set.algorithmId !== algorithmId) throw new SetIntegrityError(algorithmId, 'misplaced');
  return set;
};

const signedSet = (deps: Pick<Dependencies, 'keys'>, algorithmId: string, envelope: unknown): SetBody => {
  try {
    return verifySet(envelope, deps.keys.verificationKey);
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    throw new SetIntegrityError(algorithmId, 'not-genuine', { cause: error });
  }
};
