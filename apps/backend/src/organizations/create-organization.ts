import { type Actor, ApiError, type OrganizationInfo, type OrganizationRequest } from '@secret-store/api';
import { isUniqueViolation } from '@secret-store/db';
import { v7 as uuidv7 } from 'uuid';
import { releaseName } from '../accounts/grants/release-name.ts';
import { requirePermission } from '../accounts/permissions.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { ClaimTaken } from '../ledger/claim-taken.ts';
import { organizationInfoOf } from './organization-info.ts';
import { countAlgorithmsOf } from './owned-algorithms.ts';

/**
 * Its creator is its first admin.
 * @throws {ApiError} 6001 with status 409 where a user or an organization has the name, or a deleted one still owns algorithms by it
 */
export const createOrganization = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  { name, displayName }: OrganizationRequest,
): Promise<OrganizationInfo> => {
  requirePermission(actor, 'organizations.manage');
  const createdAt = new Date();
  const organization = { id: uuidv7(), name, displayName, deletedAt: null, createdAt };
  try {
    await change(deps, async (changes) => {
      await releaseName(deps, changes, name);
      await changes.insert('organization', organization);
      // it would own what a deleted user has left
      if (countAlgorithmsOf(deps, name) > 0) throw new ClaimTaken('algorithm', `name:${name}/`);
      await changes.insert('membership', {
        ...{ organizationId: organization.id, userId: actor.userId, role: 'admin' },
        ...{ expiresAt: null, connectionId: null, createdAt },
      });
      changes.audit({
        actor: userActor(actor),
        action: 'organization.create',
        subject: { type: 'organization', id: organization.id, name },
        details: { displayName, admin: actor.username },
      });
    });
  } catch (error) {
    if (!isUniqueViolation(error) && !(error instanceof ClaimTaken)) throw error;
    throw new ApiError(
      'InputValidationError',
      'name is taken by a user or an organization, or by a deleted one that still owns algorithms. Choose another name.',
      { status: 409, field: 'name', cause: error },
    );
  }
  return { ...organizationInfoOf(organization, actor), role: 'admin' };
};
