import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { hashPassword, verifyPassword } from '../password.ts';
import { isUsername } from '../refused-credentials.ts';

export interface PersonWithPassword {
  readonly userId: string;
  /** the row of the password that was right */
  readonly password: Rows['account'];
}

/** Null for a wrong password, for nobody, and for a disabled user, all after the same time. */
export const personWith = async (
  deps: Pick<Dependencies, 'ledger'>,
  username: string,
  typed: string,
): Promise<PersonWithPassword | null> => {
  const [user] = isUsername(username) ? await deps.ledger.find('user', { username }) : [];
  const [password] =
    user === undefined || user.disabledAt !== null ? [] : await deps.ledger.find('account', { userId: user.id });
  if (user === undefined || password === undefined || password.password === null) {
    await hashPassword(typed);
    return null;
  }
  return (await verifyPassword(password.password, typed)) ? { userId: user.id, password } : null;
};
