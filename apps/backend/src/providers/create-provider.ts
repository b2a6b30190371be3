import type { Actor, ProviderInfo, SecretProviderRequest } from '@secret-store/api';
import { v7 as uuid } from 'uuid';
import { requirePermission } from '../accounts/permissions.ts';
import { appendAuditEvent } from '../audit/append-audit-event.ts';
import { auditedTransaction } from '../audit/audited-transaction.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { bindConfiguration } from '../configurations/bind-configuration.ts';
import { mergeConfiguration } from '../configurations/merge-configuration.ts';
import { describedProvider, describeProvider } from './provider-info.ts';
import { checkProviderRequest, nameTaken } from './provider-request.ts';
import { versionColumns } from '../configurations/provider-version.ts';
import { workerValuesOf } from '../configurations/worker-values.ts';

export const createProvider = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'log'>,
  actor: Actor,
  request: SecretProviderRequest,
): Promise<ProviderInfo> => {
  requirePermission(actor, 'providers.manage');
  checkProviderRequest(request);
  const id = uuid();
  const { factoryClassName } = request;
  const { configuration } = mergeConfiguration(new Map(), request.configuration ?? {});
  const workers = workerValuesOf(
    { workerConfigurationKeys: [], sealedForWorkers: null },
    request.workerConfiguration,
    false,
  );
  const bound = await bindConfiguration(
    deps,
    { providerId: id, boundRevision: 1, factoryClassName, active: null },
    { configuration, workers },
  );
  const draft = { moduleSha256: null, moduleName: null, factoryClassName, bound };
  try {
    return await auditedTransaction(deps, async (tx) => {
      const row = await tx.provider.create({
        data: {
          id,
          activationNumber: 1,
          kind: 'plugin',
          name: request.name,
          description: request.description,
          interfaceVersion: request.interfaceVersion,
          isEnabled: request.isEnabled ?? true,
          wantsDefault: request.isDefault ?? false,
          activeNumber: 1,
          lastNumber: 1,
          versions: { create: { number: 1, ...versionColumns(draft) } },
        },
        include: describedProvider,
      });
      await appendAuditEvent(tx, {
        actor: userActor(actor),
        action: 'provider.create',
        subject: { type: 'provider', id, name: row.name },
        details: { configurationKeys: bound.configurationKeys, workerConfigurationKeys: bound.workerConfigurationKeys },
      });
      return describeProvider(row);
    });
  } catch (error) {
    throw nameTaken(error);
  }
};
