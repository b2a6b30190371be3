import { type Actor, ApiError, type IdentityInfo } from '@secret-store/api';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { isLocal } from '../local-account.ts';
import { requirePermission } from '../permissions.ts';

/** One's own, newest first. */
export const listIdentities = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  actor: Actor,
): Promise<IdentityInfo[]> => {
  requirePermission(actor, 'own-account.manage');
  if (ledger.memory.count('identity', actor.userId) === 0) return [];
  const identities = await ledger.find('identity', { userId: actor.userId });
  const infos = identities.map(async ({ id, connectionId, username, createdAt }) => {
    const connection = connectionId === 'scim' ? null : await ledger.read('signInConnection', connectionId);
    return { id, connection: connection?.displayName ?? null, username, created: createdAt.toISOString() };
  });
  return (await Promise.all(infos)).sort((left, right) => right.created.localeCompare(left.created));
};

/**
 * One's own. Without a password, an identity is how the person signs in, and how the source disables the account: it stays.
 * @throws {ApiError} 6001, with status 404 where there is none with this id, and 409 for an account without a password
 */
export const removeIdentity = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  identityId: string,
): Promise<void> => {
  requirePermission(actor, 'own-account.manage');
  const { userId, username } = actor;
  await change(deps, async (changes) => {
    const identity = await changes.find('identity', identityId);
    if (identity === null || identity.userId !== userId) {
      throw new ApiError('InputValidationError', 'You have no identity with this id. It may be removed already.', {
        status: 404,
      });
    }
    const user = await changes.find('user', userId);
    if (user === null || !(await isLocal(changes, user))) throw withoutPassword();
    await changes.remove('identity', identityId);
    changes.audit({
      actor: userActor(actor),
      action: 'identity.remove',
      subject: { type: 'user', id: userId, name: username },
      details: { identityId, connectionId: identity.connectionId, username: identity.username },
    });
  });
};

const withoutPassword = () =>
  new ApiError(
    'InputValidationError',
    'Your account has no password, so this is how you sign in. Ask an administrator to set a password first.',
    { status: 409 },
  );
