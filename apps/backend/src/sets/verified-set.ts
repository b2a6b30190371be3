import type { Prisma } from '@secret-store/db';
import { SealingError, type SetBody, setHash, verifySet } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import { SetIntegrityError } from './set-integrity-error.ts';

/** A set that this backend signed, and that is the algorithm's newest. */
export interface VerifiedSet {
  readonly body: SetBody;
  readonly envelope: unknown;
  /** hex, of its payload: what the next one names as the set before */
  readonly hash: string;
}

export interface SetRow {
  readonly number: number;
  readonly envelope: unknown;
}

/** Another backend's write can come between reading a set and looking it up. */
const triesMaximum = 10;

/**
 * The algorithm's newest set, as the row memory has it; null where it never had one. Rows that claim to be newer count for
 * nothing.
 * @throws {SetIntegrityError} when it is missing or is not the one that was signed
 */
export const verifiedSet = async (
  deps: Pick<Dependencies, 'keys' | 'ledger'>,
  tx: Pick<Prisma.TransactionClient, 'signedSet'>,
  algorithmId: string,
): Promise<VerifiedSet | null> => {
  for (let tries = 0; tries < triesMaximum; tries += 1) {
    const newest = await tx.signedSet.findFirst({ where: { algorithmId }, orderBy: { number: 'desc' } });
    const found = newest === null ? null : newestSet(deps, algorithmId, newest);
    if (found !== null) return found;
    if (newest === null && deps.ledger.memory.find('set', algorithmId) === null) return null;
    await deps.ledger.chain.read();
  }
  return rememberedSet(deps, tx, algorithmId);
};

/** The row as a set, where it is exactly the one that is remembered. */
export const newestSet = (
  { keys, ledger }: Pick<Dependencies, 'keys' | 'ledger'>,
  algorithmId: string,
  { number, envelope }: SetRow,
): VerifiedSet | null => {
  const hash = hashOf(envelope);
  if (hash === null || !ledger.memory.isLiving('set', algorithmId, number, hash)) return null;
  const body = verifySet(envelope, keys.verificationKey);
  return body.algorithmId === algorithmId && body.number === number ? { body, envelope, hash } : null;
};

const hashOf = (envelope: unknown): string | null => {
  try {
    return setHash(envelope);
  } catch (error) {
    if (error instanceof SealingError) return null;
    throw error;
  }
};

/** Somebody wrote rows of sets: the remembered one is looked for among them. */
const rememberedSet = async (
  deps: Pick<Dependencies, 'keys' | 'ledger'>,
  tx: Pick<Prisma.TransactionClient, 'signedSet'>,
  algorithmId: string,
): Promise<VerifiedSet | null> => {
  const held = deps.ledger.memory.find('set', algorithmId);
  const row =
    held && (await tx.signedSet.findUnique({ where: { algorithmId_number: { algorithmId, number: held.version } } }));
  const found = row && newestSet(deps, algorithmId, row);
  if (found) {
    deps.ledger.refuse('set', algorithmId, 'unknown');
    return found;
  }
  const problem = held === null ? 'unknown' : row ? 'changed' : 'missing';
  deps.ledger.refuse('set', algorithmId, problem);
  if (held === null) return null;
  throw new SetIntegrityError(algorithmId, problem);
};
