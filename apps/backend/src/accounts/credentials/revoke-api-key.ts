import { type Actor, ApiError } from '@secret-store/api';
import { z } from 'zod';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { manageableUser } from '../user-named.ts';

/** The key is refused at its next request. @throws {ApiError} 6001 with status 404 where the user has no such key */
export const revokeApiKey = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  { username, keyId }: { readonly username: string; readonly keyId: string },
): Promise<void> => {
  const owner = await manageableUser(deps, actor, username);
  await change(deps, async (changes) => {
    const key = z.uuid().safeParse(keyId).success ? await changes.find('apiKey', keyId.toLowerCase()) : null;
    if (key === null || key.userId !== owner.id) {
      throw new ApiError('InputValidationError', 'This user has no key with this id. It may be revoked already.', {
        status: 404,
      });
    }
    await changes.remove('apiKey', key.id);
    changes.audit({
      actor: userActor(actor),
      action: 'api-key.revoke',
      subject: { type: 'user', id: owner.id, name: username },
      details: { apiKeyId: key.id, name: key.name },
    });
  });
};
