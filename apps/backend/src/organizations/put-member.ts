import { type Actor, type Member, type MemberRequest } from '@secret-store/api';
import { grantEnd } from '../accounts/grants/grant-end.ts';
import { granteeOf } from '../accounts/grants/grantee.ts';
import { can } from '../accounts/permissions.ts';
import { lockedUser, userNamed } from '../accounts/user-named.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { authorisedOrganization, lockedOrganization } from './organization-named.ts';
import { keepAnAdmin } from './keep-an-admin.ts';
import { withMembersLock } from './members-lock.ts';

/**
 * Makes a user a member, or gives a member another role or end date. It acts on the next request of that person.
 * @throws {ApiError} 2001 for an end later than the actor's own, 6001 with status 409 for the last admin
 */
export const putMember = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  { organization: name, username }: { readonly organization: string; readonly username: string },
  { role, expires }: MemberRequest,
): Promise<Member> => {
  const { id: organizationId } = await authorisedOrganization(deps, actor, 'organizations.manage', name);
  const { id: userId } = await userNamed(deps, username);
  const expiresAt = grantEnd(actor, expires, ownEnd(actor, organizationId));
  const membership = await withMembersLock(deps, organizationId, async () => {
    if (role !== 'admin' || expiresAt !== null) keepAnAdmin(deps, { organizationId, userId });
    return change(deps, async (changes) => {
      await lockedUser(changes, userId);
      await lockedOrganization(changes, organizationId);
      const id = `${organizationId}/${userId}`;
      const before = await changes.find('membership', id);
      const after =
        before === null
          ? await changes.insert('membership', {
              ...{ organizationId, userId, role, expiresAt, connectionId: null, createdAt: new Date() },
            })
          : // what a person gives, no group takes back
            await changes.update('membership', id, { role, expiresAt, connectionId: null });
      changes.audit({
        actor: userActor(actor),
        action: 'organization.add-member',
        subject: { type: 'organization', id: organizationId, name },
        details: { username, role, ...(expiresAt !== null && { expires: expiresAt.toISOString() }) },
      });
      return after;
    });
  });
  return { ...granteeOf(membership, new Map([[userId, username]])), role };
};

/** Administrators of the store act by their own right. */
const ownEnd = (actor: Actor, organizationId: string): Date | null =>
  can(actor, 'organizations.manage')
    ? null
    : (actor.organizations?.find(({ id }) => id === organizationId)?.expiresAt ?? null);
