import { ApiError } from '@secret-store/api';
import { v7 as uuid } from 'uuid';
import type { AuditActor } from '../../audit/audit-entry.ts';
import type { Change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';

const identitiesMaximum = 20;

interface NewIdentity {
  readonly user: Pick<Rows['user'], 'id' | 'username'>;
  readonly source: { readonly connectionId: string; readonly subject: string; readonly username: string };
  readonly actor: AuditActor;
}

/** From now on, who is this at the source is this user here. */
export const addIdentity = async (changes: Change, { user, source, actor }: NewIdentity): Promise<Rows['identity']> => {
  const known = await changes.query<{ id: string }>({
    text: 'SELECT id::text AS id FROM identity WHERE "userId" = $1',
    values: [user.id],
  });
  if (known.length >= identitiesMaximum) throw tooMany();
  const { connectionId, subject, username } = source;
  const identity = await changes.insert('identity', {
    ...{ id: uuid(), userId: user.id, connectionId, subject, username },
    ...{ challengedAt: null, createdAt: new Date() },
  });
  changes.audit({
    actor,
    action: 'identity.add',
    subject: { type: 'user', id: user.id, name: user.username },
    details: { identityId: identity.id, connectionId, username },
  });
  return identity;
};

const tooMany = () =>
  new ApiError('InputValidationError', `The account has ${identitiesMaximum} identities. Remove one first.`, {
    status: 409,
  });
