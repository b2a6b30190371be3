import { ApiError, type Actor, type ProviderInfo, type SecretProviderRequest } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';
import { requireAdministrator } from '../accounts/require-administrator.ts';
import { appendAuditEvent } from '../audit/append-audit-event.ts';
import { auditedTransaction } from '../audit/audited-transaction.ts';
import type { Dependencies } from '../dependencies.ts';
import { markDefault, withDefaultLock } from './default-provider.ts';
import { nextConfiguration } from './next-configuration.ts';
import { describedProvider, describeProvider } from './provider-info.ts';
import { checkProviderRequest, nameTaken } from './provider-request.ts';
import { saveConfiguration } from './save-configuration.ts';
import { readProvider, refuseInternal } from './stored-provider.ts';

const commit = async (
  tx: Prisma.TransactionClient,
  { actor, providerId, request }: { actor: Actor; providerId: string; request: SecretProviderRequest },
  saved: { revision: number; bound: Awaited<ReturnType<typeof nextConfiguration>> },
): Promise<ProviderInfo> => {
  const { name, description, factoryClassName, interfaceVersion, isEnabled, isDefault } = request;
  const { bound, revision } = saved;
  const mark = isDefault ? { wantsDefault: true } : { isDefault: false, wantsDefault: false };
  const row = await tx.provider.update({
    where: { id: providerId },
    data: {
      ...{ name, description, factoryClassName, interfaceVersion },
      ...(isEnabled !== undefined && { isEnabled }),
      ...(isDefault !== undefined && mark),
    },
  });
  if (bound) await saveConfiguration(tx, { providerId, revision, bound });
  if (isDefault && row.moduleSha256 !== null) await markDefault(tx, providerId);
  await appendAuditEvent(tx, {
    actor: { type: 'user', id: actor.userId },
    action: 'provider.update',
    subject: { type: 'provider', id: providerId },
    details: { isEnabled: row.isEnabled, isDefault: row.isDefault, ...(bound && { configurationKeys: bound.configurationKeys }) },
  });
  return describeProvider(await tx.provider.findUniqueOrThrow({ where: { id: providerId }, include: describedProvider }));
};

export const updateProvider = async (
  deps: Dependencies,
  actor: Actor,
  providerId: string,
  request: SecretProviderRequest,
): Promise<ProviderInfo> => {
  requireAdministrator(actor);
  return deps.db.withLock(`provider:${providerId}`, async () => {
    const found = await readProvider(deps, providerId);
    refuseInternal(found);
    checkProviderRequest(request);
    const bound = await nextConfiguration(deps, found, request);
    try {
      return await withDefaultLock(deps, async () => {
        const { isDefault, isEnabled } = await readProvider(deps, providerId);
        if (isDefault && request.isEnabled === false) {
          throw new ApiError('UnableToSetDefaultSecretProvider', 'The default provider cannot be disabled. Make another one the default first.');
        }
        if (request.isDefault && !(request.isEnabled ?? isEnabled)) {
          throw new ApiError('UnableToSetDefaultSecretProvider', 'A disabled provider cannot be the default. Enable it.', { field: 'isDefault' });
        }
        const saved = { revision: found.revision + 1, bound };
        return auditedTransaction(deps, (tx) => commit(tx, { actor, providerId, request }, saved));
      });
    } catch (error) {
      throw nameTaken(error);
    }
  });
};
