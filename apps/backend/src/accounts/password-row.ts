import type { Dependencies } from '../dependencies.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { RowRefused } from '../rows/row-refused.ts';

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
