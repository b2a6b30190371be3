import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import { SecretNotFoundError } from '@secret-store/provider-sdk';
import { appendAuditEvent, type AuditActor } from '../../audit/append-audit-event.ts';
import { auditedTransaction } from '../../audit/audited-transaction.ts';
import type { Dependencies } from '../../dependencies.ts';
import { callProvider, contextOf, identifierOf } from '../../running/provider-call.ts';
import type { Intent } from './write-intent.ts';

type Deletion = Pick<
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

/** The end of a deletion: nothing of the secret is left but the audit event. */
export const finishDeletion = (deps: Dependencies, deletion: Deletion, actor: AuditActor): Promise<void> =>
  auditedTransaction(deps, async (tx) => {
    const { secretId, algorithmId, providerId, environmentVariable } = deletion;
    await tx.secret.deleteMany({ where: { id: secretId } });
    await tx.internalSealedValue.deleteMany({ where: { providerKey: secretId } });
    await tx.writeIntent.deleteMany({ where: { secretId } });
    await appendAuditEvent(tx, {
      actor,
      action: 'secret.delete',
      subject: { type: 'secret', id: secretId, name: environmentVariable },
      details: { algorithmId, providerId, environmentVariable },
    });
  });
