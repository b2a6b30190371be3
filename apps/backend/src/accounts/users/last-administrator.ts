import { ApiError } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';

/** Every change of who is an administrator waits for the one before, and knows it. */
export const withAdministratorsLock = <T>(
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  work: () => Promise<T>,
): Promise<T> =>
  db.withLock('administrators', async () => {
    await ledger.chain.read();
    return work();
  });

/** One who can let others back in, which programs cannot. */
export const isAdministrator = ({
  kind,
  role,
  disabledAt,
}: Pick<Rows['user'], 'kind' | 'role' | 'disabledAt'>): boolean =>
  kind === null && role === 'admin' && disabledAt === null;

/**
 * The caller holds the lock of the administrators. The row memory counts them.
 * @param demoted how many the same change has demoted so far, which the memory does not know yet
 */
export const isLastAdministrator = (
  { ledger }: Pick<Dependencies, 'ledger'>,
  user: Pick<Rows['user'], 'kind' | 'role' | 'disabledAt'>,
  demoted = 0,
): boolean => isAdministrator(user) && ledger.memory.count('user', 'admin') - demoted <= 1;

/**
 * The caller holds the lock of the administrators.
 * @param after null: the user is deleted
 * @throws {ApiError} 6001 with status 409 where nobody would be left
 */
export const keepAnAdministrator = (
  { ledger }: Pick<Dependencies, 'ledger'>,
  before: Rows['user'],
  after: Pick<Rows['user'], 'kind' | 'role' | 'disabledAt'> | null,
): void => {
  if (!isLastAdministrator({ ledger }, before) || (after !== null && isAdministrator(after))) return;
  throw new ApiError(
    'InputValidationError',
    'This is the last enabled administrator. Make another user an administrator first.',
    { status: 409 },
  );
};
