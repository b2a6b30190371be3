import type { Actor } from '@secret-store/api';
import { requirePermission } from '../accounts/permissions.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
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
      const stored = await readProvider(deps, providerId);
      requireEligible(stored);
      await change(deps, async (changes) => {
        await markDefault(deps, changes, providerId);
        changes.audit({
          actor: userActor(actor),
          action: 'provider.make-default',
          subject: { type: 'provider', id: providerId, name: stored.name },
          details: {},
        });
      });
    }),
  );
};
