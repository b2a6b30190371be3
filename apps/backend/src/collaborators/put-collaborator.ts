import { type Actor, ApiError, type Collaborator, type CollaboratorRequest } from '@secret-store/api';
import { authorisedAlgorithm, noSuchAlgorithm } from '../accounts/authorised-algorithm.ts';
import { grantEnd } from '../accounts/grants/grant-end.ts';
import { granteeOf } from '../accounts/grants/grantee.ts';
import { can } from '../accounts/permissions.ts';
import { lockedUser, userNamed } from '../accounts/user-named.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';

/**
 * Gives a user a role on one algorithm, or another role or end date. It acts on the next request of that person.
 * @throws {ApiError} 2001 for an end later than the actor's own, 6001 for the owner
 */
export const putCollaborator = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  { algorithmId, username }: { readonly algorithmId: string; readonly username: string },
  { role, expires }: CollaboratorRequest,
): Promise<Collaborator> => {
  const { id, owner, name } = await authorisedAlgorithm(deps, actor, 'algorithms.manage', { id: algorithmId });
  const { id: userId } = await userNamed(deps, username);
  if (username === owner) {
    throw new ApiError('InputValidationError', 'The owner manages the algorithm already. Choose another user.', {
      field: 'username',
    });
  }
  const expiresAt = grantEnd(actor, expires, ownEnd(actor, owner));
  const collaborator = await change(deps, async (changes) => {
    await lockedUser(changes, userId);
    // it may have been deleted meanwhile
    if ((await changes.find('algorithm', id)) === null) throw noSuchAlgorithm();
    const subject = `${id}/${userId}`;
    const before = await changes.find('collaborator', subject);
    const after =
      before === null
        ? await changes.insert('collaborator', { algorithmId: id, userId, role, expiresAt, createdAt: new Date() })
        : await changes.update('collaborator', subject, { role, expiresAt });
    changes.audit({
      actor: userActor(actor),
      action: 'collaborator.add',
      subject: { type: 'algorithm', id, name: `${owner}/${name}` },
      details: { username, role, ...(expiresAt !== null && { expires: expiresAt.toISOString() }) },
    });
    return after;
  });
  return { ...granteeOf(collaborator, new Map([[userId, username]])), role };
};

const ownEnd = (actor: Actor, owner: string): Date | null =>
  can(actor, 'algorithms.manage') || actor.username === owner
    ? null
    : (actor.organizations?.find(({ name }) => name === owner)?.expiresAt ?? null);
