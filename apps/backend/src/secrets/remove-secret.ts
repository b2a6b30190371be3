import { type Actor, ApiError } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import type { SetEntry } from '@secret-store/sealing';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import type { AuditActor } from '../audit/audit-entry.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { providerFor } from '../running/provider-access.ts';
import { callProvider } from '../running/provider-call.ts';
import { setTurn, signNextSet } from '../sets/next-set.ts';
import { type Read, readCommitted } from '../sets/verified-set.ts';
import { secretEntry } from '../sets/secret-entry.ts';
import { commitDeletion, deleteAtProvider, type VaultState } from './commits/finish-deletion.ts';
import { beginIntent, removeIntents, secretLock } from './commits/write-intent.ts';
import { isInDoubt } from './commits/outcome-in-doubt.ts';
import { existingSecret } from './existing-secret.ts';

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
export const removeSecretOf = async (
  deps: Dependencies,
  actor: AuditActor,
  algorithmId: string,
  secretId: string,
): Promise<void> => {
  const signed = (read: Read) => signedEntry(deps, read, algorithmId, secretId);
  const { providerId } = await signed(readCommitted(deps));
  if (providerId === internalProviderId) {
    return change(
      deps,
      async (changes) => {
        await changes.find('algorithm', algorithmId);
        const entry = await signed((statement) => changes.query(statement));
        await commitDeletion(deps, changes, { ...entry, algorithmId }, { actor, vault: 'deleted' });
      },
      { turn: setTurn(algorithmId) },
    );
  }
  return deps.db.withLock(secretLock(secretId), async () => {
    const entry = await signed(readCommitted(deps));
    const removal = { deps, actor, algorithmId, entry };
    return entry.reference === true ? commitRemoval(removal, 'kept') : removeFromVault(removal);
  });
};

/** @throws {ApiError} 8008 when the algorithm has no such secret */
const signedEntry = async (
  deps: Dependencies,
  read: Read,
  algorithmId: string,
  secretId: string,
): Promise<SetEntry> => {
  const entry = await secretEntry(deps, read, algorithmId, secretId);
  if (entry !== null) return entry;
  await existingSecret(deps, algorithmId, secretId);
  throw new Error(`the row of secret ${secretId} is there, and its algorithm's set does not have it`);
};

interface Removal {
  readonly deps: Dependencies;
  readonly actor: AuditActor;
  readonly algorithmId: string;
  /** as it was signed */
  readonly entry: SetEntry;
}

/** What a reference points at stays in the vault. */
const commitRemoval = ({ deps, actor, algorithmId, entry }: Removal, vault: VaultState): Promise<void> =>
  change(
    deps,
    async (changes) => {
      await commitDeletion(deps, changes, { ...entry, algorithmId }, { actor, vault });
      if (vault !== 'pending') await removeIntents(changes, { secretId: entry.secretId });
    },
    { turn: setTurn(algorithmId) },
  );

/**
 * First the set says that the deletion is under way: workers wait until it is decided. What the vault refuses stays. What it
 * may have done is deleted for everybody, and the settler goes on until the vault has it no more.
 */
const removeFromVault = async (removal: Removal): Promise<void> => {
  const { deps, algorithmId, entry } = removal;
  const { provider } = await providerFor(deps, entry.providerId, 'delete');
  if (!(await callProvider(() => provider.allowsDelete()))) {
    throw new ApiError(
      'UnableToDeleteSecret',
      'The provider of this secret does not delete secrets. Delete it in the vault itself.',
    );
  }
  await announce(removal);
  try {
    await deleteAtProvider(provider, { ...entry, algorithmId });
  } catch (error) {
    // what a crash left of an earlier attempt may still land, whatever the vault says now
    if (isInDoubt(error) || entry.deleting) {
      await commitRemoval(removal, 'pending');
      throw inDoubt(error);
    }
    await takeBack(removal);
    throw refusedByVault(error);
  }
  await commitRemoval(removal, 'deleted');
};

const announce = ({ deps, actor, algorithmId, entry }: Removal): Promise<unknown> =>
  change(deps, async (changes) => {
    const leaving = { ...entry, deleting: true as const };
    await signNextSet(deps, changes, algorithmId, { put: [leaving] });
    return beginIntent(changes, { kind: 'delete', algorithmId, entry, providerKey: entry.providerKey, actor });
  });

const takeBack = ({ deps, actor, algorithmId, entry }: Removal): Promise<void> =>
  change(deps, async (changes) => {
    const { deleting: _, ...staying } = entry;
    await signNextSet(deps, changes, algorithmId, { put: [staying] });
    await removeIntents(changes, { secretId: entry.secretId, kind: 'delete' });
    changes.audit({
      actor,
      action: 'secret.keep',
      subject: { type: 'secret', id: entry.secretId, name: entry.environmentVariable },
      details: { algorithmId, providerId: entry.providerId },
    });
  });

/** 8009 as it was, with what becomes of the secret. */
const inDoubt = (error: unknown): unknown =>
  error instanceof ApiError
    ? new ApiError(
        error.errorName,
        `${error.message} The secret is removed from the algorithm. The store keeps trying to delete it in the vault.`,
        { status: error.status, cause: error.cause },
      )
    : error;

const refusedByVault = (error: unknown): unknown =>
  error instanceof ApiError
    ? new ApiError('UnableToDeleteSecret', `${error.message} The secret stays as it was.`, { cause: error })
    : error;
