import { type Actor, ApiError } from '@secret-store/api';
import { z } from 'zod';
import { userActor } from '../../../audit/user-actor.ts';
import type { Dependencies } from '../../../dependencies.ts';
import { change } from '../../../ledger/change.ts';
import type { Rows } from '../../../rows/row-kinds.ts';
import { requirePermission } from '../../permissions.ts';

/** @throws {ApiError} 6001 with status 404 where there is none */
export const existingScimKey = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  keyId: string,
): Promise<Rows['scimKey']> => {
  const key = z.uuid().safeParse(keyId).success ? await ledger.read('scimKey', keyId) : null;
  if (key !== null) return key;
  throw new ApiError('InputValidationError', 'There is no SCIM key with this id. It may be revoked already.', {
    status: 404,
  });
};

/** The key is refused at its next request. What it wrote stays. */
export const revokeScimKey = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  keyId: string,
): Promise<void> => {
  requirePermission(actor, 'users.manage');
  const { id, name } = await existingScimKey(deps, keyId);
  await change(deps, async (changes) => {
    await changes.remove('scimKey', id);
    changes.audit({
      actor: userActor(actor),
      action: 'scim-key.revoke',
      subject: { type: 'scim-key', id, name },
      details: {},
    });
  });
};
