import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import { SecretNotFoundError } from '@secret-store/provider-sdk';
import type { AuditActor } from '../../audit/audit-entry.ts';
import type { Change } from '../../ledger/change.ts';
import { callProvider, contextOf, identifierOf } from '../../running/provider-call.ts';
import { removal } from '../../running/sealed-value-store.ts';
import { signNextSet } from '../../sets/next-set.ts';
import type { SetDependencies } from '../../sets/verified-set.ts';
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

/** `vault`: `kept` for a reference, `pending` where the vault has not said yet that its secret is gone. */
export type VaultState = 'deleted' | 'kept' | 'pending';

/** The secret is gone from the set, the list and the database; what the vault still has is the intents' matter. */
export const commitDeletion = async (
  deps: SetDependencies,
  change: Change,
  deletion: Deletion,
  { actor, vault }: { readonly actor: AuditActor; readonly vault: VaultState },
): Promise<void> => {
  const { secretId, algorithmId, providerId, environmentVariable } = deletion;
  await change.find('algorithm', algorithmId);
  await change.remove('secret', secretId);
  await signNextSet(deps, change, algorithmId, { remove: [secretId] });
  await change.write('internal_sealed_value', removal([secretId]));
  change.audit({
    actor,
    action: 'secret.delete',
    subject: { type: 'secret', id: secretId, name: environmentVariable },
    details: { algorithmId, providerId, environmentVariable, vault },
  });
};
