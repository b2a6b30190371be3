import type { Dependencies } from '../../../dependencies.ts';
import type { Rows } from '../../../rows/row-kinds.ts';
import { isUsername } from '../../refused-credentials.ts';

/** One that people can sign in with now; null for any other name. */
export const enabledConnection = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  name: string,
): Promise<Rows['signInConnection'] | null> => {
  const [connection] = isUsername(name) ? await ledger.find('signInConnection', { name }) : [];
  return connection?.isEnabled === true ? connection : null;
};
