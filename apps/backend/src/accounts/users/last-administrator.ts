import { ApiError } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
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
const isAdministrator = ({ kind, role, disabledAt }: Pick<Rows['user'], 'kind' | 'role' | 'disabledAt'>): boolean =>
  kind === null && role === 'admin' && disabledAt === null;

/** The row memory counts administrators, and within a change the change, which knows whom it has demoted. */
type Counting = Pick<Change, 'count'>;

/** The caller holds the lock of the administrators. */
export const isLastAdministrator = (
  counting: Counting,
  user: Pick<Rows['user'], 'kind' | 'role' | 'disabledAt'>,
): boolean => isAdministrator(user) && counting.count('user', 'admin') <= 1;

/**
 * The caller holds the lock of the administrators.
 * @param after null: the user is deleted
 * @throws {ApiError} 6001 with status 409 where nobody would be left
 */
export const keepAnAdministrator = (
  counting: Counting,
  before: Rows['user'],
  after: Pick<Rows['user'], 'kind' | 'role' | 'disabledAt'> | null,
): void => {
  if (!isLastAdministrator(counting, before) || (after !== null && isAdministrator(after))) return;
  throw new ApiError(
    'InputValidationError',
    'This is the last enabled administrator. Make another user an administrator first.',
    { status: 409 },
  );
};
