import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { subjectClaim } from '../../rows/sign-in-kinds.ts';

/** Who is to have no account does not wait for one. Who was rejected stays rejected. */
export const withdraw = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  changes: Change,
  person: Pick<Rows['scimUser'], 'connectionId' | 'subject'>,
): Promise<void> => {
  const id = ledger.memory.claimant('waitingAccount', subjectClaim(person));
  const waiting = id === null ? null : await changes.find('waitingAccount', id);
  if (waiting?.state === 'waiting') await changes.remove('waitingAccount', waiting.id);
};
