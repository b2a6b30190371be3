import { type Actor, ApiError } from '@secret-store/api';
import type { SetEntry } from '@secret-store/sealing';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import { appendAuditEvent, type AuditActor } from '../audit/append-audit-event.ts';
import { auditedTransaction } from '../audit/audited-transaction.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { providerFor } from '../running/provider-access.ts';
import { signNextSet } from '../sets/next-set.ts';
import { secretEntry } from '../sets/secret-entry.ts';
import { setTransaction } from '../sets/set-transaction.ts';
import { existingSecret } from './existing-secret.ts';
import { deleteAtProvider, finishDeletion } from './commits/finish-deletion.ts';
import { callProvider } from '../running/provider-call.ts';
import { settleDelete } from './settling/settle-delete.ts';
import { beginIntent, secretLock } from './commits/write-intent.ts';

export const removeSecret = async (
  deps: Dependencies,
  actor: Actor,
  algorithmId: string,
  secretId: string,
): Promise<void> => {
  await authorisedAlgorithm(deps, actor, 'algorithms.manage', { id: algorithmId });
  await removeSecretOf(deps, userActor(actor), algorithmId, secretId);
};

/** The same without asking whether the actor may. */
export const removeSecretOf = (
  deps: Dependencies,
  actor: AuditActor,
  algorithmId: string,
  secretId: string,
): Promise<void> =>
  deps.db.withLock(secretLock(secretId), async () => {
    const entry = await secretEntry(deps, algorithmId, secretId);
    if (entry?.reference === true) return removeReference({ deps, actor, algorithmId, entry });
    if (entry !== null) return removeSigned({ deps, actor, algorithmId, entry });
    await existingSecret(deps, algorithmId, secretId);
    await removeUnsigned(deps, actor, algorithmId, secretId);
  });

interface Removal {
  readonly deps: Dependencies;
  readonly actor: AuditActor;
  readonly algorithmId: string;
  readonly entry: SetEntry;
}

/** What a reference points at is somebody else's: the vault is not asked. */
const removeReference = ({ deps, actor, algorithmId, entry }: Removal): Promise<void> =>
  setTransaction(deps, async (tx) => {
    const { secretId, providerId, environmentVariable } = entry;
    await signNextSet(deps, tx, algorithmId, { kind: 'remove', secretId });
    await tx.secret.deleteMany({ where: { id: secretId, algorithmId } });
    await appendAuditEvent(tx, {
      actor,
      action: 'secret.delete',
      subject: { type: 'secret', id: secretId, name: environmentVariable },
      details: { algorithmId, providerId, environmentVariable, reference: true },
    });
  });

/** Tombstone first: from then on no worker gets the secret, and a crash does not bring it back. */
const removeSigned = async (removal: Removal): Promise<void> => {
  const { deps, actor, algorithmId, entry } = removal;
  const { provider } = await providerFor(deps, entry.providerId, 'delete');
  if (!(await callProvider(() => provider.allowsDelete()))) {
    throw new ApiError(
      'UnableToDeleteSecret',
      'The provider of this secret does not delete secrets. Delete it in the vault itself.',
    );
  }
  const intentId = await commitTombstone(removal);
  const deletion = { ...entry, algorithmId };
  try {
    await deleteAtProvider(provider, deletion);
  } catch (error) {
    await restore(removal, intentId);
    throw error;
  }
  await finishDeletion(deps, deletion, actor);
};

const commitTombstone = ({ deps, algorithmId, entry }: Removal): Promise<string> =>
  setTransaction(deps, async (tx) => {
    await signNextSet(deps, tx, algorithmId, { kind: 'remove', secretId: entry.secretId });
    return beginIntent(tx, { kind: 'delete', algorithmId, entry, providerKey: entry.providerKey });
  });

const restore = ({ deps, algorithmId, entry }: Removal, intentId: string): Promise<void> =>
  setTransaction(deps, async (tx) => {
    await signNextSet(deps, tx, algorithmId, { kind: 'put', entry });
    await tx.writeIntent.delete({ where: { id: intentId } });
  });

/**
 * A row that the signed set does not have: the rest of a deletion that a crash interrupted, which is carried through, or
 * nobody's, which goes without asking a provider.
 */
const removeUnsigned = async (
  deps: Dependencies,
  actor: AuditActor,
  algorithmId: string,
  secretId: string,
): Promise<void> => {
  const intent = await deps.db.prisma.writeIntent.findFirst({ where: { secretId, algorithmId, kind: 'delete' } });
  if (intent !== null) return settleDelete(deps, intent, actor);
  await auditedTransaction(deps, async (tx) => {
    await tx.secret.deleteMany({ where: { id: secretId, algorithmId } });
    await appendAuditEvent(tx, {
      actor,
      action: 'secret.discard-row',
      subject: { type: 'secret', id: secretId },
      details: { algorithmId },
    });
  });
};
