import { rowsOf, type Statement } from '@secret-store/db';
import { SealingError, setHash, verifySet } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import type { VerifiedSet } from './set-cache.ts';
import { SetIntegrityError } from './set-integrity-error.ts';

export interface SetRow {
  readonly number: number;
  readonly envelope: unknown;
}

export type SetDependencies = Pick<Dependencies, 'keys' | 'ledger' | 'sets'>;

/** Reads rows, of the database or within a change. */
export type Read = <Row extends object>(statement: Statement) => Promise<readonly Row[]>;

/** What others have committed. */
export const readCommitted =
  ({ db }: Pick<Dependencies, 'db'>): Read =>
  (statement) =>
    rowsOf(db.pool, statement);

/** Another backend's write can come between reading a set and looking it up. */
const triesMaximum = 10;

/**
 * The algorithm's newest set, as the row memory has it; null where it never had one. Rows that claim to be newer count for
 * nothing.
 * @throws {SetIntegrityError} when it is missing or is not the one that was signed
 */
export const verifiedSet = async (
  deps: SetDependencies,
  read: Read,
  algorithmId: string,
): Promise<VerifiedSet | null> => {
  for (let tries = 0; tries < triesMaximum; tries += 1) {
    const known = knownSet(deps, algorithmId);
    const newest = await newestRow(read, algorithmId, known?.body.number ?? 0);
    if (known !== null && newest?.number === known.body.number) return known;
    const found = newest === null ? null : newestSet(deps, algorithmId, newest);
    if (found !== null) return found;
    if (newest === null && deps.ledger.memory.find('set', algorithmId) === null) return null;
    await deps.ledger.chain.read();
  }
  return rememberedSet(deps, read, algorithmId);
};

/** The set that the row memory has, where it was verified before. */
export const knownSet = ({ ledger, sets }: SetDependencies, algorithmId: string): VerifiedSet | null => {
  const held = ledger.memory.find('set', algorithmId);
  return held && sets.find(held.digest);
};

/** Without the envelope where it is the one that is known. */
const newestRow = async (read: Read, algorithmId: string, knownNumber: number): Promise<SetRow | null> => {
  const [row] = await read<SetRow>({
    text: `SELECT number, CASE WHEN number <> $2::int THEN envelope END AS envelope FROM signed_set
      WHERE "algorithmId" = $1::uuid ORDER BY number DESC LIMIT 1`,
    values: [algorithmId, knownNumber],
  });
  return row ?? null;
};

/** The row as a set, where it is exactly the one that is remembered. */
export const newestSet = (
  { keys, ledger, sets }: SetDependencies,
  algorithmId: string,
  { number, envelope }: SetRow,
): VerifiedSet | null => {
  const hash = hashOf(envelope);
  if (hash === null || !ledger.memory.isLiving('set', algorithmId, number, hash)) return null;
  const known = sets.find(hash);
  if (known !== null) return known;
  const body = verifySet(envelope, keys.verificationKey);
  return body.algorithmId === algorithmId && body.number === number ? sets.keep({ body, envelope, hash }) : null;
};

const hashOf = (envelope: unknown): string | null => {
  try {
    return setHash(envelope);
  } catch (error) {
    if (error instanceof SealingError) return null;
    throw error;
  }
};

/** Rows of sets were changed outside the store: the remembered one is looked for among them. */
const rememberedSet = async (deps: SetDependencies, read: Read, algorithmId: string): Promise<VerifiedSet | null> => {
  const held = deps.ledger.memory.find('set', algorithmId);
  const row = held && (await rowOf(read, algorithmId, held.version));
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

const rowOf = async (read: Read, algorithmId: string, number: number): Promise<SetRow | null> => {
  const [row] = await read<SetRow>({
    text: 'SELECT number, envelope FROM signed_set WHERE "algorithmId" = $1::uuid AND number = $2::int',
    values: [algorithmId, number],
  });
  return row ?? null;
};
