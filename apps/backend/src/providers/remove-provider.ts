import { ApiError, type Actor } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';
import { requirePermission } from '../accounts/permissions.ts';
import { appendAuditEvent } from '../audit/append-audit-event.ts';
import { auditedTransaction } from '../audit/audited-transaction.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { withDefaultLock } from '../running/default-provider.ts';
import { removeUnusedModules } from '../modules/plugin-module-row.ts';
import { providerLock, readPlugin } from '../configurations/stored-provider.ts';

/** Secrets, and writes that have begun: the settler needs the provider to clean up after one that failed. */
const refuseInUse = async (tx: Prisma.TransactionClient, providerId: string): Promise<void> => {
  const secrets = await tx.secret.count({ where: { providerId } });
  const writes = await tx.writeIntent.count({ where: { providerId, state: 'pending' } });
  if (secrets > 0) {
    throw new ApiError(
      'SecretProviderInUse',
      `${secrets} secret${secrets === 1 ? ' still uses' : 's still use'} this provider. Remove ${secrets === 1 ? 'it' : 'them'} first.`,
    );
  }
  if (writes > 0) {
    throw new ApiError(
      'SecretProviderInUse',
      `${writes} unfinished write${writes === 1 ? ' still uses' : 's still use'} this provider. Try again in a minute.`,
    );
  }
};

export const removeProvider = async (deps: Dependencies, actor: Actor, providerId: string): Promise<void> => {
  requirePermission(actor, 'providers.manage');
  await deps.db.withLock(providerLock(providerId), () =>
    withDefaultLock(deps, async () => {
      const stored = await readPlugin(deps, providerId);
      if (stored.isDefault) {
        throw new ApiError(
          'UnableToDeleteDefaultSecretProvider',
          'The default provider cannot be removed. Make another one the default first.',
        );
      }
      await auditedTransaction(deps, async (tx) => {
        await tx.$queryRaw`select id from provider where id = ${providerId}::uuid for update`;
        await refuseInUse(tx, providerId);
        await tx.writeIntent.deleteMany({ where: { providerId } });
        const { name } = await tx.provider.delete({ where: { id: providerId } });
        await removeUnusedModules(tx);
        await appendAuditEvent(tx, {
          actor: userActor(actor),
          action: 'provider.delete',
          subject: { type: 'provider', id: providerId, name },
          details: {},
        });
      });
    }),
  );
  await deps.plugins.retire(providerId);
};
