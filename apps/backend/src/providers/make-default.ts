import type { Actor } from '@secret-store/api';
import { requirePermission } from '../accounts/permissions.ts';
import { appendAuditEvent } from '../audit/append-audit-event.ts';
import { auditedTransaction } from '../audit/audited-transaction.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { markDefault, requireEligible, withDefaultLock } from '../running/default-provider.ts';
import { providerLock, readProvider } from '../configurations/stored-provider.ts';

export const makeDefault = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  providerId: string,
): Promise<void> => {
  requirePermission(actor, 'providers.manage');
  await deps.db.withLock(providerLock(providerId), () =>
    withDefaultLock(deps, async () => {
      const provider = await readProvider(deps, providerId);
      requireEligible(provider);
      await auditedTransaction(deps, async (tx) => {
        await markDefault(tx, providerId);
        await appendAuditEvent(tx, {
          actor: userActor(actor),
          action: 'provider.make-default',
          subject: { type: 'provider', id: providerId, name: provider.name },
          details: {},
        });
      });
    }),
  );
};
