import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { subjectClaim } from '../../rows/sign-in-kinds.ts';

/** The row of who this is at the source, locked; null where nobody here is. */
export const identityOf = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  changes: Change,
  who: { readonly connectionId: string; readonly subject: string },
): Promise<Rows['identity'] | null> => {
  await ledger.chain.read();
  const id = ledger.memory.claimant('identity', subjectClaim(who));
  return id === null ? null : changes.find('identity', id);
};
