import type { Change } from '../ledger/change.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { RowRefused } from '../rows/row-refused.ts';
import { passwordProvider } from './password-row.ts';

/**
 * Whether the account is the store's own, which SCIM never disables or deletes: a person signs in to it with a password, or it is a
 * program's.
 * @throws {RowRefused} where the row that says so is missing
 */
export const isLocal = async (changes: Change, { id, kind }: Pick<Rows['user'], 'id' | 'kind'>): Promise<boolean> => {
  if (kind !== null) return true;
  const [row] = await changes.query<{ id: string }>({
    text: 'SELECT id FROM account WHERE "userId" = $1 AND "providerId" = $2',
    values: [id, passwordProvider],
  });
  const account = row === undefined ? null : await changes.find('account', row.id);
  if (account === null) throw new RowRefused('account', `of user ${id}`, 'missing');
  return account.password !== null;
};
