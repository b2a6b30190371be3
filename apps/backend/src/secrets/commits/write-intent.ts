import { ApiError } from '@secret-store/api';
import type { SetEntry } from '@secret-store/sealing';
import { v7 as uuidv7 } from 'uuid';
import type { AuditAction } from '@secret-store/api';
import type { AuditActor, AuditEntry } from '../../audit/audit-entry.ts';
import type { Change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';

/** A row of the table, without when it is tried next. */
export type Intent = Rows['intent'];

export interface IntentRequest {
  readonly kind: 'create' | 'update' | 'delete';
  readonly algorithmId: string;
  readonly entry: Pick<SetEntry, 'secretId' | 'environmentVariable' | 'version' | 'providerId'>;
  /** null where only the provider's answer tells it */
  readonly providerKey: string | null;
  readonly actor: AuditActor;
}

/** Longer than the deadline of a provider's call. */
export const intentLeaseMilliseconds = 30_000;

/**
 * Says, before the provider is called, what a crash would leave.
 * @throws {ApiError} 8006 when the provider has just been removed
 */
export const beginIntent = async (change: Change, request: IntentRequest): Promise<Intent> => {
  const intent = await insertIntent(change, request, 'pending');
  change.audit(eventOf(request, 'secret.begin'));
  return intent;
};

/** What stays in a vault that is not asked, or not any more: nobody tries it, and the panel lists it. */
export const leaveBehind = async (change: Change, request: IntentRequest): Promise<void> => {
  await insertIntent(change, request, 'left-behind');
  change.audit(eventOf(request, 'secret.leave-behind'));
};

const eventOf = (
  { actor, kind, algorithmId, entry: { secretId, environmentVariable, providerId, version } }: IntentRequest,
  action: AuditAction,
): AuditEntry => ({
  ...{ actor, action, subject: { type: 'secret', id: secretId, name: environmentVariable } },
  details: { kind, algorithmId, providerId, version },
});

/** The lock on the provider's row keeps the provider from being removed before its removal can see the intent. */
const insertIntent = async (
  change: Change,
  { kind, algorithmId, entry, providerKey }: IntentRequest,
  state: 'pending' | 'left-behind',
): Promise<Intent> => {
  const { secretId, environmentVariable, version, providerId } = entry;
  const locked = await change.query({
    text: 'SELECT id FROM provider WHERE id = $1::uuid FOR KEY SHARE',
    values: [providerId],
  });
  if (locked.length === 0) {
    throw new ApiError('SecretProviderNotFound', 'This secret provider has been removed. Choose another one.');
  }
  const createdAt = new Date();
  const intent = {
    ...{ id: uuidv7(), kind, state, secretId, algorithmId, providerId, environmentVariable, providerKey, version },
    createdAt,
  };
  const settleAfter = new Date(createdAt.getTime() + intentLeaseMilliseconds);
  return change.insert('intent', intent, { attempts: 0, settleAfter });
};

/** Writes of one secret: all, those of one kind, or those up to a version. */
export interface WhichIntents {
  readonly secretId: string;
  readonly kind?: Intent['kind'];
  readonly upToVersion?: number;
}

export const intentIds = async (
  change: Change,
  { secretId, kind, upToVersion }: WhichIntents,
): Promise<readonly string[]> => {
  const rows = await change.query<{ id: string }>({
    text: `SELECT id FROM write_intent
      WHERE "secretId" = $1::uuid AND kind = coalesce($2, kind) AND version <= coalesce($3::int, version)`,
    values: [secretId, kind ?? null, upToVersion ?? null],
  });
  return rows.map(({ id }) => id);
};

/** What was noted of these writes goes. */
export const removeIntents = async (change: Change, which: WhichIntents): Promise<void> => {
  for (const id of await intentIds(change, which)) await change.remove('intent', id);
};

/** Held while a secret is written, and while a failed write is settled. */
export const secretLock = (secretId: string): string => `secret:${secretId}`;
