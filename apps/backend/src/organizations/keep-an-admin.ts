import { ApiError } from '@secret-store/api';
import type { Dependencies } from '../dependencies.ts';
import { lastingAdminClaim } from '../rows/sharing-kinds.ts';

/**
 * The caller holds the lock of the members, and this person is about to be no admin without an end date. The row memory knows the others.
 * @throws {ApiError} 6001 with status 409 where the person is the last one
 */
export const keepAnAdmin = (
  { ledger }: Pick<Dependencies, 'ledger'>,
  membership: { readonly organizationId: string; readonly userId: string },
): void => {
  const own = lastingAdminClaim(membership);
  const admins = [...ledger.memory.claimsFrom('membership', lastingAdminClaim({ ...membership, userId: '' }))];
  if (!admins.includes(own) || admins.length > 1) return;
  throw new ApiError(
    'InputValidationError',
    'This is the last admin without an end date. Make another member an admin first, or delete the organization.',
    { status: 409 },
  );
};
