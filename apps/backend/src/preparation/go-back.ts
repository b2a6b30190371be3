import { ApiError, type Actor, type ModuleUploadResult } from '@secret-store/api';
import { encryptedConfigurationSchema } from '@secret-store/sealing';
import { requirePermission } from '../accounts/permissions.ts';
import { auditedTransaction } from '../audit/audited-transaction.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { activatedRecords } from '../configurations/activation.ts';
import { withDefaultLock } from '../running/default-provider.ts';
import { activateVersion, type Version } from './activate-version.ts';
import { providerLock, readProvider, refuseInternal } from '../configurations/stored-provider.ts';

/** At once and without a trial: it served before, and what serves now may be why somebody goes back. */
export const goBack = (deps: Dependencies, actor: Actor, providerId: string): Promise<ModuleUploadResult> => {
  requirePermission(actor, 'providers.manage');
  return deps.db.withLock(providerLock(providerId), () =>
    withDefaultLock(deps, async () => {
      const stored = await readProvider(deps, providerId);
      refuseInternal(stored);
      const version = await readPrevious(deps, providerId);
      await auditedTransaction(deps, (tx) =>
        activateVersion(deps, tx, { stored, version, actor: userActor(actor), action: 'provider.go-back' }),
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

/** @throws {ApiError} 8021 when there is none, 8009 when it is not what was active */
const readPrevious = async (deps: Dependencies, providerId: string): Promise<Version> => {
  const row = await deps.db.prisma.providerVersion.findUnique({
    where: { providerId_role: { providerId, role: 'previous' } },
  });
  if (row === null) throw new ApiError('PluginModuleMissing', 'There is no previous version to go back to.');
  const { moduleSha256, moduleName, factoryClassName, boundRevision, configurationKeys, workerConfigurationKeys } = row;
  try {
    const { sealed, sealedForWorkers } = activatedRecords(deps, { ...row, providerId });
    const encrypted = encryptedConfigurationSchema.parse(row.encrypted);
    const bound = { boundRevision, configurationKeys, encrypted, sealed, workerConfigurationKeys, sealedForWorkers };
    return { moduleSha256, moduleName, factoryClassName, bound };
  } catch (error) {
    throw new ApiError(
      'SecretProviderFailed',
      'The previous version was changed in the database. Upload its module again.',
      { cause: error },
    );
  }
};
