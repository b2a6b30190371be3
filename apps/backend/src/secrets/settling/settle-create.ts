import { appendAuditEvent, systemActor } from '../../audit/append-audit-event.ts';
import type { AuditAction } from '../../audit/audit-actions.ts';
import { auditedTransaction } from '../../audit/audited-transaction.ts';
import type { Dependencies } from '../../dependencies.ts';
import { providerFor } from '../../running/provider-access.ts';
import { deleteAtProvider } from '../commits/finish-deletion.ts';
import { callProvider, contextOf } from '../../running/provider-call.ts';
import type { Intent } from '../commits/write-intent.ts';
import { isSigned } from './signed-already.ts';

/** Deletes what a create that was never committed may have left in the vault. */
export const settleCreate = async (deps: Dependencies, intent: Intent): Promise<void> => {
  if (await isSigned(deps, intent)) return dropIntent(deps, intent, 'secret.settle-refuse');
  const { provider } = await providerFor(deps, intent.providerId, 'delete');
  const context = contextOf(intent.algorithmId, intent);
  const providerKey =
    intent.providerKey ?? (await callProvider(async () => provider.identifierFor?.(context)))?.getProviderKey();
  if (providerKey === undefined) return leaveBehind(deps, intent);
  await deleteAtProvider(provider, { ...intent, providerKey });
  await dropIntent(deps, intent, 'secret.discard');
};

const dropIntent = (deps: Dependencies, intent: Intent, action: AuditAction): Promise<void> =>
  auditedTransaction(deps, async (tx) => {
    await tx.writeIntent.deleteMany({ where: { id: intent.id } });
    await appendAuditEvent(tx, { ...settlement(intent), action });
  });

/** The vault may hold a value under an identifier that nobody can name: the panel lists it. */
const leaveBehind = (deps: Dependencies, intent: Intent): Promise<void> =>
  auditedTransaction(deps, async (tx) => {
    await tx.writeIntent.update({ where: { id: intent.id }, data: { state: 'left-behind' } });
    await appendAuditEvent(tx, { ...settlement(intent), action: 'secret.leave-behind' });
  });

const settlement = (intent: Intent) => ({
  actor: systemActor,
  subject: { type: 'secret', id: intent.secretId, name: intent.environmentVariable },
  details: { algorithmId: intent.algorithmId, providerId: intent.providerId },
});
