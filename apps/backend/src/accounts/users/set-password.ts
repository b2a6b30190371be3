import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import { passwordRowOf } from '../password-row.ts';

/** Changes the row and never makes another one: the earlier password is not believed any more, wherever its row is kept. */
export const setPassword = async (
  deps: Pick<Dependencies, 'ledger'>,
  changes: Change,
  { userId, passwordHash }: { readonly userId: string; readonly passwordHash: string },
): Promise<void> => {
  const { id } = await passwordRowOf(deps, userId);
  await changes.update('account', id, { password: passwordHash });
};
