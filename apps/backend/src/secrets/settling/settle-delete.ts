import { systemActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { providerFor } from '../../running/provider-access.ts';
import { secretEntry } from '../../sets/secret-entry.ts';
import { readCommitted } from '../../sets/verified-set.ts';
import { commitDeletions, deleteAtProvider } from '../commits/finish-deletion.ts';
import { type Intent, removeIntents } from '../commits/write-intent.ts';

/** Carries a deletion through that has begun: here first, so that the algorithm goes on without the secret. */
export const settleDelete = async (deps: Dependencies, intent: Intent): Promise<void> => {
  const { algorithmId, secretId, providerId } = intent;
  const entry = await secretEntry(deps, readCommitted(deps), algorithmId, secretId);
  if (entry !== null) {
    const deletions = [{ ...entry, vault: 'pending' as const }];
    await change(deps, (changes) => commitDeletions(deps, changes, { actor: systemActor, algorithmId, deletions }));
  }
  const { provider } = await providerFor(deps, providerId, 'delete');
  await deleteAtProvider(provider, intent);
  await change(deps, async (changes) => {
    await changes.remove('secret', secretId);
    await removeIntents(changes, { secretId });
    changes.audit({
      actor: systemActor,
      action: 'secret.discard',
      subject: { type: 'secret', id: secretId, name: intent.environmentVariable },
      details: { algorithmId, providerId },
    });
  });
};
