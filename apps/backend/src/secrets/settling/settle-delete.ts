import type { AuditActor } from '../../audit/append-audit-event.ts';
import type { Dependencies } from '../../dependencies.ts';
import { providerFor } from '../../running/provider-access.ts';
import { deleteAtProvider, finishDeletion } from '../commits/finish-deletion.ts';
import type { Intent } from '../commits/write-intent.ts';
import { isSigned } from './signed-already.ts';

/** Carries a deletion through whose tombstone was committed. */
export const settleDelete = async (deps: Dependencies, intent: Intent, actor: AuditActor): Promise<void> => {
  if (await isSigned(deps, intent)) {
    deps.log.error({ intentId: intent.id }, 'a deletion that this backend did not begin is dropped');
    await deps.db.prisma.writeIntent.deleteMany({ where: { id: intent.id } });
    return;
  }
  const { provider } = await providerFor(deps, intent.providerId, 'delete');
  await deleteAtProvider(provider, intent);
  await finishDeletion(deps, intent, actor);
};
