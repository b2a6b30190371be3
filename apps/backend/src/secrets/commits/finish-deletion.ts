import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import { SecretNotFoundError } from '@secret-store/provider-sdk';
import type { AuditActor } from '../../audit/audit-entry.ts';
import type { Change } from '../../ledger/change.ts';
import { olderValuesKind } from '../../ledger/older-values.ts';
import { callProvider, contextOf, identifierOf } from '../../running/provider-call.ts';
import { removal } from '../../running/sealed-value-store.ts';
import { lockedSet } from '../../sets/locked-set.ts';
import { signNextSet } from '../../sets/next-set.ts';
import type { SetDependencies } from '../../sets/verified-set.ts';
import type { SetEntry } from '@secret-store/sealing';
import type { Intent } from './write-intent.ts';

export type Deletion = Pick<
  Intent,
  'secretId' | 'algorithmId' | 'providerId' | 'environmentVariable' | 'version' | 'providerKey'
>;

/** A secret that the vault does not have (any more) is deleted. Any other failure is 8009. */
export const deleteAtProvider = async (provider: AsyncSecretProvider, deletion: Deletion): Promise<void> => {
  const { providerKey, algorithmId } = deletion;
  if (providerKey === null) throw new Error(`the deletion of secret ${deletion.secretId} names no provider key`);
  await callProvider(async () => {
    try {
      await provider.deleteSecret(identifierOf(providerKey), contextOf(algorithmId, deletion));
    } catch (error) {
      if (!(error instanceof SecretNotFoundError)) throw error;
    }
  });
};

/** `kept` for a reference, `pending` where the vault has not said yet that its secret is gone, `left` where it is not asked. */
type VaultState = 'deleted' | 'kept' | 'pending' | 'left';

export interface Deletions {
  readonly actor: AuditActor;
  readonly algorithmId: string;
  /** as they were signed */
  readonly deletions: readonly (Pick<SetEntry, 'secretId' | 'providerId' | 'environmentVariable'> & {
    readonly vault: VaultState;
  })[];
  /** what the set keeps, as it is now */
  readonly staying?: readonly SetEntry[];
}

/** The secrets are gone from the set, the list and the database; what a vault still has is the intents' matter. */
export const commitDeletions = async (
  deps: SetDependencies,
  change: Change,
  { actor, algorithmId, deletions, staying = [] }: Deletions,
): Promise<void> => {
  const ids = deletions.map(({ secretId }) => secretId);
  await lockedSet(deps, change, algorithmId);
  await removeSecretRows(change, ids);
  await signNextSet(deps, change, algorithmId, { remove: ids, put: staying });
  for (const deletion of deletions) auditDeletion(change, actor, algorithmId, deletion);
};

/** Rows and sealed values. */
export const removeSecretRows = async (change: Change, secretIds: readonly string[]): Promise<void> => {
  await change.removeAll('secret', secretIds);
  for (const id of secretIds) change.forget(olderValuesKind, id);
  await change.write('internal_sealed_value', removal(secretIds));
};

export const auditDeletion = (
  change: Change,
  actor: AuditActor,
  algorithmId: string,
  { secretId, providerId, environmentVariable, vault }: Deletions['deletions'][number],
): void =>
  change.audit({
    actor,
    action: 'secret.delete',
    subject: { type: 'secret', id: secretId, name: environmentVariable },
    details: { algorithmId, providerId, environmentVariable, vault },
  });
