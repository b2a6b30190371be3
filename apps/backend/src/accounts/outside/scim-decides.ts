import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import { subjectClaim } from '../../rows/sign-in-kinds.ts';

/**
 * Whether the source writes groups by SCIM, and this person too: then what it writes counts, from one moment to the next, and not
 * what it says at a sign-in.
 */
export const scimDecides = async (
  { ledger: { memory } }: Pick<Dependencies, 'ledger'>,
  changes: Change,
  { userId, connectionId }: { readonly userId: string; readonly connectionId: string },
): Promise<boolean> => {
  if (memory.count('scimGroup', connectionId) === 0) return false;
  const identities = await changes.query<{ subject: string }>({
    text: 'SELECT subject FROM identity WHERE "userId" = $1 AND "connectionId" = $2',
    values: [userId, connectionId],
  });
  return identities.some(
    ({ subject }) => memory.claimant('scimUser', subjectClaim({ connectionId, subject })) !== null,
  );
};
