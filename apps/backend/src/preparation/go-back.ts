import { ApiError, type Actor, type ModuleUploadResult } from '@secret-store/api';
import { requirePermission } from '../accounts/permissions.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { sealedRecords } from '../configurations/activation.ts';
import { change } from '../ledger/change.ts';
import { openConfiguration } from '../configurations/open-configuration.ts';
import { readVersion } from '../configurations/provider-version.ts';
import { loadModule } from '../modules/load-module.ts';
import { withDefaultLock } from '../running/default-provider.ts';
import { activateVersion, type NextVersion } from './activate-version.ts';
import { type PluginProvider, providerLock, readPlugin } from '../configurations/stored-provider.ts';

/** At once and without a trial: it served before, and what serves now may be why somebody goes back. */
export const goBack = (deps: Dependencies, actor: Actor, providerId: string): Promise<ModuleUploadResult> => {
  requirePermission(actor, 'providers.manage');
  return deps.db.withLock(providerLock(providerId), () =>
    withDefaultLock(deps, async () => {
      const stored = await readPlugin(deps, providerId);
      const version = await previousVersion(deps, stored);
      await change(deps, (changes) =>
        activateVersion(deps, changes, { stored, version, actor: userActor(actor), action: 'provider.go-back' }),
      );
      return {
        sha256: version.moduleSha256,
        state: 'active',
        step: 'active',
        message: 'The previous version is active again.',
      };
    }),
  );
};

/** @throws {ApiError} 8021 when there is none, 8009 when it cannot run: its rows were changed, or its module is not signed */
const previousVersion = async (deps: Dependencies, { id, previousNumber }: PluginProvider): Promise<NextVersion> => {
  const version = previousNumber === null ? null : await readVersion(deps, id, previousNumber);
  const moduleSha256 = version?.moduleSha256 ?? null;
  if (version === null || moduleSha256 === null) {
    throw new ApiError('PluginModuleMissing', 'There is no previous version to go back to.');
  }
  const { number, configurationKeys, workerConfigurationKeys } = version;
  const module = await loadModule(deps, moduleSha256);
  try {
    await openConfiguration(deps, version, module);
    await sealedRecords(deps, version);
    return { number, moduleSha256, configurationKeys, workerConfigurationKeys };
  } catch (error) {
    throw new ApiError(
      'SecretProviderFailed',
      'The previous version was changed in the database. Upload its module again.',
      { cause: error },
    );
  }
};
