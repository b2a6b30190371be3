import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';

/** All of a user, whose row the caller has locked. @returns how many */
export const removeIdentitiesOf = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  changes: Change,
  userId: string,
): Promise<number> => {
  await ledger.chain.read();
  const ids = [...ledger.memory.livingIn('identity', userId)];
  await changes.removeAll('identity', ids);
  return ids.length;
};
