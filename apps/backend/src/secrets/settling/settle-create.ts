import { systemActor } from '../../audit/audit-entry.ts';
import type { AuditAction } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { providerFor } from '../../running/provider-access.ts';
import { callProvider, contextOf } from '../../running/provider-call.ts';
import { lockedEntry } from '../../sets/locked-set.ts';
import { deleteAtProvider } from '../commits/finish-deletion.ts';
import type { Intent } from '../commits/write-intent.ts';
import { endOrSweepAgain } from './sweeps.ts';

/** Deletes what a create that was never committed may have left in the vault. */
export const settleCreate = async (deps: Dependencies, intent: Intent, inDoubt: boolean): Promise<void> => {
  if (await isCommitted(deps, intent)) {
    return dropIntent(deps, intent, 'secret.settle-refuse');
  }
  const { provider } = await providerFor(deps, intent.providerId, 'delete');
  const context = contextOf(intent.algorithmId, intent);
  const providerKey =
    intent.providerKey ?? (await callProvider(async () => provider.identifierFor?.(context)))?.getProviderKey();
  if (providerKey === undefined) return leaveBehind(deps, intent);
  await deleteAtProvider(provider, { ...intent, providerKey });
  await endOrSweepAgain(deps, intent, inDoubt, () => dropIntent(deps, intent, 'secret.discard'));
};

/** A commit whose answer was lost may still be under way: it holds the algorithm's row, and is waited for. */
const isCommitted = (deps: Dependencies, { algorithmId, secretId }: Intent): Promise<boolean> =>
  change(deps, async (changes) => {
    // an algorithm that is gone has no secret
    if ((await changes.find('algorithm', algorithmId)) === null) return false;
    return (await lockedEntry(deps, changes, algorithmId, secretId)) !== null;
  });

const dropIntent = (deps: Dependencies, intent: Intent, action: AuditAction): Promise<void> =>
  change(deps, async (changes) => {
    await changes.remove('intent', intent.id);
    changes.audit({ ...settlement(intent), action });
  });

/** The vault may hold a value under an identifier that nobody can name: the panel lists it. */
const leaveBehind = (deps: Dependencies, intent: Intent): Promise<void> =>
  change(deps, async (changes) => {
    await changes.update('intent', intent.id, { state: 'left-behind' });
    changes.audit({ ...settlement(intent), action: 'secret.leave-behind' });
  });

const settlement = (intent: Intent) => ({
  actor: systemActor,
  subject: { type: 'secret', id: intent.secretId, name: intent.environmentVariable },
  details: { algorithmId: intent.algorithmId, providerId: intent.providerId },
});
