import type { Actor, ProviderInfo, SecretProviderRequest } from '@secret-store/api';
import { v7 as uuid } from 'uuid';
import { requirePermission } from '../accounts/permissions.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { bindConfiguration } from '../configurations/bind-configuration.ts';
import { mergeConfiguration } from '../configurations/merge-configuration.ts';
import { change } from '../ledger/change.ts';
import { describeProvider } from './provider-info.ts';
import { checkProviderRequest, nameTaken } from './provider-request.ts';
import { versionRow } from '../configurations/provider-version.ts';
import { workerValuesOf } from '../configurations/worker-values.ts';

export const createProvider = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools' | 'sets' | 'log'>,
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
  const active = versionRow(id, 1, { moduleSha256: null, moduleName: null, factoryClassName, bound });
  const row = {
    ...{ id, kind: 'plugin' as const, name: request.name, description: request.description },
    interfaceVersion: request.interfaceVersion,
    ...{ isEnabled: request.isEnabled ?? true, isDefault: false, wantsDefault: request.isDefault ?? false },
    checkSeconds: request.checkSeconds ?? null,
    staleSeconds: request.staleSeconds ?? null,
    ...{ activeNumber: 1, previousNumber: null, candidateNumber: null, lastNumber: 1 },
    ...{ activationNumber: 1, activation: null, createdAt: active.createdAt, updatedAt: active.createdAt },
  };
  try {
    await change(deps, async (changes) => {
      await changes.insert('provider', row);
      await changes.insert('providerVersion', active);
      changes.audit({
        actor: userActor(actor),
        action: 'provider.create',
        subject: { type: 'provider', id, name: row.name },
        details: { configurationKeys: bound.configurationKeys, workerConfigurationKeys: bound.workerConfigurationKeys },
      });
    });
  } catch (error) {
    throw nameTaken(error);
  }
  return describeProvider({ ...row, active }, null);
};
