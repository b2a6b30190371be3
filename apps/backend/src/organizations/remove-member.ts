import { type Actor, ApiError } from '@secret-store/api';
import { userNamed } from '../accounts/user-named.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { authorisedOrganization } from './organization-named.ts';
import { keepAnAdmin } from './keep-an-admin.ts';
import { withMembersLock } from './members-lock.ts';

/**
 * It acts on the next request of that person. Members can leave by themselves.
 * @throws {ApiError} 6001 with status 404 for who is no member, with 409 for the last admin
 */
export const removeMember = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  { organization: name, username }: { readonly organization: string; readonly username: string },
): Promise<void> => {
  const { id: organizationId } = await managedMember(deps, actor, { organization: name, username });
  const { id: userId } = await userNamed(deps, username);
  const id = `${organizationId}/${userId}`;
  await withMembersLock(deps, organizationId, async () => {
    keepAnAdmin(deps, { organizationId, userId });
    await change(deps, async (changes) => {
      // also a row that was changed or removed outside the store
      if (deps.ledger.memory.find('membership', id) === null) throw notAMember();
      await changes.remove('membership', id);
      changes.audit({
        actor: userActor(actor),
        action: 'organization.remove-member',
        subject: { type: 'organization', id: organizationId, name },
        details: { username },
      });
    });
  });
};

/** The organization, for those who may change this member: its admins, and everyone for themselves. */
export const managedMember = (
  deps: Pick<Dependencies, 'ledger'>,
  actor: Actor,
  { organization, username }: { readonly organization: string; readonly username: string },
) =>
  authorisedOrganization(
    deps,
    actor,
    actor.username === username ? 'organizations.read' : 'organizations.manage',
    organization,
  );

const notAMember = (): ApiError =>
  new ApiError('InputValidationError', 'This user is not a member of the organization. Check the name.', {
    status: 404,
  });
