import { RowRefused } from '../../rows/row-refused.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';

export const passwordProvider = 'credential';

/** The row that holds a user's password. @throws {RowRefused} where it is missing: every user has one */
export const passwordRowOf = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  userId: string,
): Promise<Rows['account']> => {
  const [row] = await ledger.find('account', { userId, providerId: passwordProvider });
  if (row === undefined) throw new RowRefused('account', `of user ${userId}`, 'missing');
  return row;
};

/** Changes the row and never makes another one: the earlier password is not believed any more, wherever its row is kept. */
export const setPassword = async (
  deps: Pick<Dependencies, 'ledger'>,
  changes: Change,
  { userId, passwordHash }: { readonly userId: string; readonly passwordHash: string },
): Promise<void> => {
  const { id } = await passwordRowOf(deps, userId);
  await changes.update('account', id, { password: passwordHash });
};
