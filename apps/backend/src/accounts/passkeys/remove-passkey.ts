import { type Actor, ApiError } from '@secret-store/api';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { type Change, change } from '../../ledger/change.ts';
import { requirePermission } from '../permissions.ts';

/** One's own. @throws {ApiError} 6001 with status 404 where there is none with this id */
export const removePasskey = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  passkeyId: string,
): Promise<void> => {
  requirePermission(actor, 'own-account.manage');
  const { userId, username } = actor;
  await change(deps, async (changes) => {
    const passkey = await changes.find('passkey', passkeyId);
    if (passkey === null || passkey.userId !== userId) {
      throw new ApiError('InputValidationError', 'You have no passkey with this id. It may be removed already.', {
        status: 404,
      });
    }
    await changes.remove('passkey', passkeyId);
    changes.audit({
      actor: userActor(actor),
      action: 'passkey.remove',
      subject: { type: 'user', id: userId, name: username },
      details: { passkeyId, name: passkey.name },
    });
  });
};

/** All of a user, whose row the caller has locked. @returns how many */
export const removePasskeysOf = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  changes: Change,
  userId: string,
): Promise<number> => {
  await ledger.chain.read();
  const ids = [...ledger.memory.livingIn('passkey', userId)];
  await changes.removeAll('passkey', ids);
  return ids.length;
};
