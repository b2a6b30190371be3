import type {
  Actor,
  ModuleUploadResult,
  ProviderConfigurationInput,
  WorkerConfigurationInput,
} from '@secret-store/api';
import { requirePermission } from '../accounts/permissions.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { answerInTime } from '../preparation/answer-in-time.ts';
import { buildCandidate } from '../preparation/trial/candidate.ts';
import { startModuleOnce } from '../modules/start-module-once.ts';
import { moduleFileName } from '../modules/module-file-name.ts';
import { insertModule, moduleLock } from '../modules/plugin-module-row.ts';
import { prepareCandidate } from '../preparation/prepare-candidate.ts';
import { readModule } from '../modules/read-module.ts';
import { requireSignature } from '../modules/require-signature.ts';
import { saveCandidate } from '../preparation/stored-candidate.ts';
import { providerLock, readPlugin } from '../configurations/stored-provider.ts';

export interface ModuleUpload {
  readonly providerId: string;
  readonly bytes: Uint8Array;
  readonly fileName: string;
  /** detached Ed25519 signature, base64 */
  readonly signature?: string | undefined;
  /** given where the module's destinations differ and stored credentials must be given again */
  readonly configuration?: ProviderConfigurationInput | undefined;
  /** the workers' own, which must be given again with each module */
  readonly workerConfiguration?: WorkerConfigurationInput | undefined;
}

/**
 * Verify, start, test, activate: what is active stays until the new one has passed. What does not even start is not kept;
 * anything later is, and can be tried again.
 */
export const uploadModule = async (
  deps: Dependencies,
  actor: Actor,
  upload: ModuleUpload,
): Promise<ModuleUploadResult> => {
  requirePermission(actor, 'providers.manage');
  const { providerId, bytes, signature, configuration, workerConfiguration } = upload;
  await readPlugin(deps, providerId);
  const module = await readModule(bytes);
  const signatureNote = requireSignature(deps, module, signature);
  const work = deps.db.withLock(providerLock(providerId), async () => {
    const stored = await readPlugin(deps, providerId);
    const { factoryClassName } = stored.active;
    await startModuleOnce(deps, module, factoryClassName);
    const moduleName = moduleFileName(upload.fileName);
    const built = await buildCandidate(deps, stored, {
      module,
      moduleName,
      factoryClassName,
      configuration,
      workerConfiguration,
    });
    const candidate = await deps.db.withLock(moduleLock(module.sha256), () =>
      change(deps, async (changes) => {
        await insertModule(changes, { module, bytes, signature });
        return saveCandidate(changes, built, { actor, signatureNote });
      }),
    );
    return prepareCandidate(deps, { stored, candidate, actor: userActor(actor), action: 'provider.upload-module' });
  });
  return answerInTime(deps, { providerId, sha256: module.sha256 }, work);
};
