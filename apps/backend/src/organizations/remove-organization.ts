import type { Actor } from '@secret-store/api';
import { endGrantsIn } from '../accounts/grants/end-grants.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { withMembersLock } from './members-lock.ts';
import { authorisedOrganization, lockedOrganization } from './organization-named.ts';
import { countAlgorithmsOf } from './owned-algorithms.ts';

/** With its memberships. Its algorithms stay, for administrators, and keep its name from others. */
export const removeOrganization = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  name: string,
): Promise<void> => {
  const { id } = await authorisedOrganization(deps, actor, 'organizations.manage', name);
  await withMembersLock(deps, id, () =>
    change(deps, async (changes) => {
      await lockedOrganization(changes, id);
      const memberships = await endGrantsIn(deps, changes, 'membership', id);
      const remainingAlgorithms = countAlgorithmsOf(deps, name);
      if (remainingAlgorithms === 0) await changes.remove('organization', id);
      else await changes.update('organization', id, { deletedAt: new Date() });
      changes.audit({
        actor: userActor(actor),
        action: 'organization.delete',
        subject: { type: 'organization', id, name },
        details: { memberships, remainingAlgorithms },
      });
    }),
  );
};
